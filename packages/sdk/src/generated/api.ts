// Generated from the server’s description by `npm run generate --workspace packages/sdk`.

export interface paths {
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in; the answer sets the session cookie */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this session */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout-everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all sessions of this person */
        post: operations["logoutEverywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is asking */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the first account is still to be made */
        get: operations["getSetup"];
        put?: never;
        /** Make the first account, an administrator, with the one-time link of the first start */
        post: operations["setUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the password; ends the other sessions */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail a link for a new password, if the address has an account */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a new password with the link that was mailed; ends all sessions */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/confirm/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail a link that confirms the address */
        post: operations["requestMailConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the address with the link that was mailed */
        post: operations["confirmMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an invitation’s link opens to */
        post: operations["getInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/invitation/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Become a member: signed in, or as somebody new with a name and a password */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sites that the caller may see */
        get: operations["listSites"];
        put?: never;
        /** Create a site */
        post: operations["createSite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSite"];
        put?: never;
        post?: never;
        /**
         * Remove a site with everything in it: devices, members, tokens, readings, energy
         * @description Readings and energy are deleted for good. With very many, or while the store cannot write, that is not done when this answers: it goes on by itself, over restarts too, and until then the id cannot be used again (409).
         */
        delete: operations["removeSite"];
        options?: never;
        head?: never;
        patch: operations["updateSite"];
        trace?: never;
    };
    "/api/sites/{site}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listPlaces"];
        put?: never;
        post: operations["createPlace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/places/{place}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getPlace"];
        put?: never;
        post?: never;
        /** Remove a place; its devices stay */
        delete: operations["removePlace"];
        options?: never;
        head?: never;
        patch: operations["updatePlace"];
        trace?: never;
    };
    "/api/sites/{site}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listDevices"];
        put?: never;
        post: operations["createDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /**
         * Remove a device with everything of it: passwords, tokens, readings, energy
         * @description Readings and energy are deleted for good. With very many, or while the store cannot write, that is not done when this answers: it goes on by itself, over restarts too, and until then the id cannot be used again (409).
         */
        delete: operations["removeDevice"];
        options?: never;
        head?: never;
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Passwords of a device, without the passwords */
        get: operations["listCredentials"];
        put?: never;
        /** A password for MQTT and HTTP Basic, shown this once */
        post: operations["issueCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/credentials/{credential}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["revokeCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How devices reach this server: addresses of HTTP, MQTT, MQTT over TLS and over WebSocket
         * @description As configured (`http.publicUrl`, `mqtt.publicHost`, `mqtt.publicPort`, `mqtt.publicTlsPort`), else as this request came.
         */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/members/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add somebody who has an account, or change a role */
        put: operations["setMember"];
        post?: never;
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listInvitations"];
        put?: never;
        /** Invite somebody by e-mail; the link is shown this once */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/invitations/{invitation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller’s tokens, or all of a site */
        get: operations["listTokens"];
        put?: never;
        /** A token for programs, shown this once; it opens no more than its maker may enter */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody who has an account */
        get: operations["listPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        patch: operations["updatePerson"];
        trace?: never;
    };
    "/api/sites/{site}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every change of a site, newest first */
        get: operations["listSiteAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every change of the platform, newest first */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the record was edited */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every edit, undone ones too, oldest first */
        get: operations["listEdits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/edits/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an edit would change; nothing is saved */
        post: operations["previewEdit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Save an edit and compute what it changes; each changed slot leaves a revision */
        post: operations["applyEdit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/edits/{edit}/preview-undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What undoing an edit would change; nothing is saved */
        post: operations["previewUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/edits/{edit}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Undo an edit; it stays on record */
        delete: operations["undoEdit"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Slots that changed after they were final: before, after, why and by whom; newest first */
        get: operations["listRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/virtual-meters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listVirtualMeters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/virtual-meters/{meter}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Make or replace a meter that is the sum and difference of others */
        put: operations["putVirtualMeter"];
        post?: never;
        delete: operations["removeVirtualMeter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the demo is loaded */
        get: operations["getDemo"];
        put?: never;
        /** Load three simulated homes and an office, and run their devices */
        post: operations["startDemo"];
        /** Remove the demo with its sites, devices, readings and energy */
        delete: operations["removeDemo"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rules that can be filled in, with the schemas of their forms */
        get: operations["listRuleTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rule-vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The names that a rule of the site can use: its streams, and the words of EPL */
        get: operations["getRuleVocabulary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules of a site, each with its sentence and how it is doing */
        get: operations["listRules"];
        put?: never;
        /**
         * Make a rule
         * @description What cannot be run is refused with `line`, `column` and `expected`. The rule learns from the past what is so already; it says nothing of what was over.
         */
        post: operations["createRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a rule would be: its sentence, its EPL, what it looks at; or what is wrong with it */
        post: operations["checkRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules/{rule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRule"];
        put?: never;
        post?: never;
        /**
         * Remove a rule; its open alerts end, what it said is kept
         * @description Rules that look at a stream that only this one made fail, with a reason that names the stream.
         */
        delete: operations["removeRule"];
        options?: never;
        head?: never;
        /** Change a rule; a new version when what it says or does changes */
        patch: operations["updateRule"];
        trace?: never;
    };
    "/api/sites/{site}/rules/{rule}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a rule was, newest first */
        get: operations["listRuleVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts, newest first */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/alerts/{alert}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that somebody looks after an alert; the first who says so stands */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/alerts/{alert}/clear": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an alert by hand; what its rule raises afterwards is a new one */
        post: operations["clearAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What rules said, newest first */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/webhook-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The key that webhooks of the site are signed with
         * @description The header `ohmstead-signature: t=<s>,v1=<hex>` is HMAC-SHA-256 with this text as the key over `<t>.<body>`.
         */
        get: operations["getWebhookKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readings of a time range: raw, downsampled, or one value a bucket
         * @description As JSON columns, NDJSON (one reading a line, which POST /api/readings takes again), CSV, Parquet or Arrow, by `Accept` or `format`.
         */
        get: operations["getReadings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/readings/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest value of each series, with its age */
        get: operations["getLatestReadings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/energy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Energy of a site, its places or its devices, by the site’s calendar
         * @description Nothing counts twice: what a sub-meter measures is in its parent. All whole buckets that overlap the range.
         */
        get: operations["getEnergy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/energy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Energy of one device or virtual meter */
        get: operations["getDeviceEnergy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The 15-minute slots of one device or virtual meter, with quality, source and revision */
        get: operations["listSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/energy/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a 15-minute slot is as it is: what each series says, gaps, restarts of counters, edits */
        get: operations["explainSlot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a rule, or two side by side, would have said in a period
         * @description A line of JSON for each thing: `said` (with `rule`, counted from 0), `progress`, and `done` with the counts. After 10 000 things of a rule the others are only counted.
         */
        post: operations["tryRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replays since the start of the server, and the last live ones before it, newest first */
        get: operations["listReplays"];
        put?: never;
        /**
         * Play a period: to rules on a virtual clock, or into this site as if it happened now
         * @description Lab: its rules are those of the site named in `rules`, and those given in `trials`. Live: all that `source` has stored is sent again with present times, through ingest; its devices are made where they are absent. Needs `readings:read` on the source, `readings:write` and `device:create` here; a site with devices that can be controlled needs `confirm` and the right to control each. Four run at a time, one live one into a site.
         */
        post: operations["startReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/replays/{replay}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getReplay"];
        put?: never;
        post?: never;
        /** Stop a replay; its result so far stays, and what a live one has sent */
        delete: operations["stopReplay"];
        options?: never;
        head?: never;
        /** Change the speed of a replay in the lab, pause it, or skip ahead; one that is over stays as it is */
        patch: operations["changeReplay"];
        trace?: never;
    };
    "/api/sites/{site}/replays/{replay}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events of a replay: `said`, first what it said so far, and `progress`; ends with it */
        get: operations["streamReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules/{rule}/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The regression tests of a rule */
        get: operations["listRuleCases"];
        put?: never;
        /**
         * Keep what a rule says in a period as a regression test
         * @description Runs the rule as it is saved over the stored readings of the period, of 100 days at most. 1000 things can be kept, and 50 cases of a rule.
         */
        post: operations["createRuleCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules/{rule}/cases/{case}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["removeRuleCase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/rules/{rule}/cases/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a rule, or a draft of it, still says what its regression tests expect
         * @description Nothing is stored or sent. A case whose readings are gone neither passes nor fails. Without a body the rule as it is saved.
         */
        post: operations["runRuleCases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events: readings as they are stored, slots that change, refusals, presence, alerts and events of rules
         * @description Each event has an id; send the last as `Last-Event-ID` to go on from there. `event: gap` says that some between are lost. A comment every 15 s shows that the line is alive. A reader that falls a megabyte behind is dropped.
         */
        get: operations["streamSite"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which devices were heard when, and which are connected */
        get: operations["listPresence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest readings that were refused, and why */
        get: operations["listQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["isAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** It can do its work, with what somebody has to look at; 503 when it cannot */
        get: operations["isReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics; from this machine, or with a token that may read the platform */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sites/{site}/devices/{device}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Readings of one device
         * @description One reading, an array, or NDJSON. Answered after the commit. Device credentials work here as HTTP Basic.
         */
        post: operations["postDeviceReadings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Readings of many devices, each with its site and device
         * @description One reading, an array, or NDJSON (application/x-ndjson). Answered after the commit.
         */
        post: operations["postReadings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/write": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * InfluxDB 2: line protocol
         * @description The tag `device`, else `host`, else the measurement names the device. Answers 204; 400 names the lines that were refused, the others are stored.
         */
        post: operations["writeLines"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/write": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** InfluxDB 1: line protocol */
        post: operations["writeLinesV1"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        SiteInput: {
            id: string;
            name: string;
            timezone: string;
            /** @default EUR */
            currency?: string;
            /** @default null */
            priceArea?: string | null;
            /**
             * @default with-site-token
             * @enum {string}
             */
            newDevices?: "with-site-token" | "never";
            /** @default null */
            retentionDays?: number | null;
        };
        PlaceInput: {
            id: string;
            site: string;
            name: string;
            /** @enum {string} */
            kind: "site" | "building" | "floor" | "room" | "outside" | "abroad";
            /** @default null */
            parent?: string | null;
        };
        DeviceInput: {
            id: string;
            site: string;
            name: string;
            /** @default null */
            type?: string | null;
            /** @default null */
            place?: string | null;
            /** @default  */
            description?: string;
            /** @default {} */
            identities?: {
                [key: string]: string;
            };
            /** @default [] */
            capabilities?: ("meter" | "switch" | "thermostat" | "ventilation" | "battery" | "climate" | "light" | "shutter")[];
            /** @default null */
            ratedPowerW?: number | null;
            /** @default null */
            counterModulusWh?: number | null;
            /** @default null */
            submeterOf?: string | null;
            /** @default true */
            enabled?: boolean;
        };
        MemberInput: {
            person: string;
            email: string;
            name: string;
            site: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
        };
        ProfileInput: {
            id: string;
            email: string;
            name: string;
            username: string | null;
            admin: boolean;
            emailVerified: boolean;
            twoFactor: boolean;
            /** @description Site → role. */
            roles: {
                [key: string]: "owner" | "operator" | "viewer";
            };
        };
        /** @description What became of each reading. */
        ReceiptInput: {
            /** @description Readings that are stored durably now. */
            accepted: number;
            rejected: {
                /** @description Place in the batch, from 0. */
                index: number;
                field: string;
                reason: string;
            }[];
        };
        SeriesInput: {
            site: string;
            device: string;
            measurement: string;
            field: string;
            tags: {
                [key: string]: string;
            };
            /** @description UCUM code; null when nobody has said. */
            unit: string | null;
            resolution: string;
            /** @description Epoch ms, rising. */
            times: number[];
            /** @description As long as `times`. */
            values: (number | boolean | string)[];
        };
        EnergyInput: {
            /** @enum {string} */
            by: "slot" | "hour" | "day" | "week" | "month" | "year";
            timezone: string;
            groups: {
                /** @description The site, a place or a device. */
                key: string;
                buckets: {
                    /** @description ISO 8601 with the site’s offset. */
                    start: string;
                    end: string;
                    /** @description Wh; null when nothing is known, never for zero. */
                    importWh: number | null;
                    /** @description Wh; null when nothing is known, never for zero. */
                    exportWh: number | null;
                    /** @description Share of the time up to now that readings account for, 0–1. */
                    completeness: number;
                    /** @description Shares of that time by quality; they add up to 1. */
                    quality: {
                        [key: string]: number;
                    };
                }[];
            }[];
        };
        SlotInput: {
            start: string;
            /** @description Wh; null when nothing is known, never for zero. */
            importWh: number | null;
            /** @description Wh; null when nothing is known, never for zero. */
            exportWh: number | null;
            /** @description Share of the slot that readings account for, 0–1. */
            coverage: number;
            /** @enum {string} */
            quality: "measured" | "interpolated" | "estimated" | "recovered" | "edited" | "missing";
            /**
             * @description What it was computed from.
             * @enum {string}
             */
            source: "none" | "counter" | "power" | "interval" | "virtual" | "edit";
            revision: number;
        };
        RuleInput: {
            id: string;
            site: string;
            name: string;
            /** @default true */
            enabled?: boolean;
            definition: {
                /** @constant */
                kind: "epl";
                text: string;
            } | {
                /** @constant */
                kind: "template";
                template: string;
                parameters: {
                    [key: string]: unknown;
                };
            };
            actions: ({
                /** @constant */
                kind: "alert";
                /** @enum {string} */
                severity: "low" | "medium" | "high";
            } | {
                /** @constant */
                kind: "event";
                topic?: string;
            } | {
                /** @constant */
                kind: "webhook";
                /** Format: uri */
                url: string;
            } | {
                /** @constant */
                kind: "store";
                device: string;
                measurement: string;
            })[];
            version: number;
            changedAt: number;
            /** @description The rule in words; names stand between stars. */
            sentence: string;
            /** @description What is run: the text itself, or what the template made. */
            epl: string;
            /** @description What it looks at. */
            needs: {
                measurement: string;
                /** @description Null: all. */
                devices: string[] | null;
                /** @description Null: all. Names that occur, which need not all be fields. */
                fields: string[] | null;
            }[];
            /** @description UCUM units of what its rows hold, by name. */
            units: {
                [key: string]: string;
            };
            /** @description Rules that look at a stream that this one inserts into. */
            usedBy: string[];
            status: {
                /**
                 * @description `stopped`: it took more than its share; `failed`: it cannot be run any more. `reason` says why.
                 * @enum {string}
                 */
                state: "starting" | "running" | "stopped" | "off" | "failed";
                reason: string | null;
                /** @description Where its clock stands, epoch ms. */
                through: number | null;
                /** @description Time of the last thing that it said, epoch ms. */
                lastSaid: number | null;
                /** @description Events and partial matches that it holds. */
                held: number;
                /** @description Readings since the start. */
                readings: number;
                /** @description Readings since the start that came after their time. */
                late: number;
                /** @description Of these, those that could not be counted in any more. */
                ignored: number;
                /** @description Time that it has worked since the start, ms. */
                busyMs: number;
            };
        };
        AlertInput: {
            id: string;
            site: string;
            rule: string;
            version: number;
            /** @description What it is about: a device, or what the rule calls `key`. One is open for each. */
            key: string;
            device: string | null;
            /** @enum {string} */
            severity: "low" | "medium" | "high";
            sentence: string;
            /** @enum {string} */
            state: "raised" | "acknowledged" | "cleared";
            /** @description Time of the data, epoch ms; so are the others. */
            raisedAt: number;
            acknowledgedAt: number | null;
            acknowledgedBy: string | null;
            clearedAt: number | null;
            clearedBy: ("rule" | "person" | "changed" | "revised") | null;
            /** @description What the rule gave. */
            row: {
                [key: string]: unknown;
            };
        };
        EventInput: {
            /** @description Grows in the order in which things became known. */
            seq: number;
            /** @description The same for the same thing, however often it is told. */
            id: string;
            site: string;
            rule: string;
            version: number;
            /** @enum {string} */
            kind: "raised" | "cleared" | "event";
            key: string;
            device: string | null;
            /** @description Time of the data, epoch ms. */
            time: number;
            recordedAt: number;
            /** @description Late readings told otherwise. */
            retracted: boolean;
            row: {
                [key: string]: unknown;
            };
        };
        ProblemInput: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Stable; branch on this, never on the words. */
            code: string;
            /** @description Path to the input that is at fault, as `fields.power`. */
            field?: string;
            /** @description Of a rule’s text, from 1. */
            line?: number;
            column?: number;
            /** @description What could have stood there. */
            expected?: string[];
            errors?: {
                field: string;
                reason: string;
            }[];
            /** @description Seconds after which the same request may succeed. */
            retryAfter?: number;
        };
        Site: {
            id: string;
            name: string;
            timezone: string;
            /** @default EUR */
            currency: string;
            /** @default null */
            priceArea: string | null;
            /**
             * @default with-site-token
             * @enum {string}
             */
            newDevices: "with-site-token" | "never";
            /** @default null */
            retentionDays: number | null;
        };
        Place: {
            id: string;
            site: string;
            name: string;
            /** @enum {string} */
            kind: "site" | "building" | "floor" | "room" | "outside" | "abroad";
            /** @default null */
            parent: string | null;
        };
        Device: {
            id: string;
            site: string;
            name: string;
            /** @default null */
            type: string | null;
            /** @default null */
            place: string | null;
            /** @default  */
            description: string;
            /** @default {} */
            identities: {
                [key: string]: string;
            };
            /** @default [] */
            capabilities: ("meter" | "switch" | "thermostat" | "ventilation" | "battery" | "climate" | "light" | "shutter")[];
            /** @default null */
            ratedPowerW: number | null;
            /** @default null */
            counterModulusWh: number | null;
            /** @default null */
            submeterOf: string | null;
            /** @default true */
            enabled: boolean;
        };
        Member: {
            person: string;
            email: string;
            name: string;
            site: string;
            /** @enum {string} */
            role: "owner" | "operator" | "viewer";
        };
        Profile: {
            id: string;
            email: string;
            name: string;
            username: string | null;
            admin: boolean;
            emailVerified: boolean;
            twoFactor: boolean;
            /** @description Site → role. */
            roles: {
                [key: string]: "owner" | "operator" | "viewer";
            };
        };
        /** @description What became of each reading. */
        Receipt: {
            /** @description Readings that are stored durably now. */
            accepted: number;
            rejected: {
                /** @description Place in the batch, from 0. */
                index: number;
                field: string;
                reason: string;
            }[];
        };
        Series: {
            site: string;
            device: string;
            measurement: string;
            field: string;
            tags: {
                [key: string]: string;
            };
            /** @description UCUM code; null when nobody has said. */
            unit: string | null;
            resolution: string;
            /** @description Epoch ms, rising. */
            times: number[];
            /** @description As long as `times`. */
            values: (number | boolean | string)[];
        };
        Energy: {
            /** @enum {string} */
            by: "slot" | "hour" | "day" | "week" | "month" | "year";
            timezone: string;
            groups: {
                /** @description The site, a place or a device. */
                key: string;
                buckets: {
                    /** @description ISO 8601 with the site’s offset. */
                    start: string;
                    end: string;
                    /** @description Wh; null when nothing is known, never for zero. */
                    importWh: number | null;
                    /** @description Wh; null when nothing is known, never for zero. */
                    exportWh: number | null;
                    /** @description Share of the time up to now that readings account for, 0–1. */
                    completeness: number;
                    /** @description Shares of that time by quality; they add up to 1. */
                    quality: {
                        [key: string]: number;
                    };
                }[];
            }[];
        };
        Slot: {
            start: string;
            /** @description Wh; null when nothing is known, never for zero. */
            importWh: number | null;
            /** @description Wh; null when nothing is known, never for zero. */
            exportWh: number | null;
            /** @description Share of the slot that readings account for, 0–1. */
            coverage: number;
            /** @enum {string} */
            quality: "measured" | "interpolated" | "estimated" | "recovered" | "edited" | "missing";
            /**
             * @description What it was computed from.
             * @enum {string}
             */
            source: "none" | "counter" | "power" | "interval" | "virtual" | "edit";
            revision: number;
        };
        Rule: {
            id: string;
            site: string;
            name: string;
            /** @default true */
            enabled: boolean;
            definition: {
                /** @constant */
                kind: "epl";
                text: string;
            } | {
                /** @constant */
                kind: "template";
                template: string;
                parameters: {
                    [key: string]: unknown;
                };
            };
            actions: ({
                /** @constant */
                kind: "alert";
                /** @enum {string} */
                severity: "low" | "medium" | "high";
            } | {
                /** @constant */
                kind: "event";
                topic?: string;
            } | {
                /** @constant */
                kind: "webhook";
                /** Format: uri */
                url: string;
            } | {
                /** @constant */
                kind: "store";
                device: string;
                measurement: string;
            })[];
            version: number;
            changedAt: number;
            /** @description The rule in words; names stand between stars. */
            sentence: string;
            /** @description What is run: the text itself, or what the template made. */
            epl: string;
            /** @description What it looks at. */
            needs: {
                measurement: string;
                /** @description Null: all. */
                devices: string[] | null;
                /** @description Null: all. Names that occur, which need not all be fields. */
                fields: string[] | null;
            }[];
            /** @description UCUM units of what its rows hold, by name. */
            units: {
                [key: string]: string;
            };
            /** @description Rules that look at a stream that this one inserts into. */
            usedBy: string[];
            status: {
                /**
                 * @description `stopped`: it took more than its share; `failed`: it cannot be run any more. `reason` says why.
                 * @enum {string}
                 */
                state: "starting" | "running" | "stopped" | "off" | "failed";
                reason: string | null;
                /** @description Where its clock stands, epoch ms. */
                through: number | null;
                /** @description Time of the last thing that it said, epoch ms. */
                lastSaid: number | null;
                /** @description Events and partial matches that it holds. */
                held: number;
                /** @description Readings since the start. */
                readings: number;
                /** @description Readings since the start that came after their time. */
                late: number;
                /** @description Of these, those that could not be counted in any more. */
                ignored: number;
                /** @description Time that it has worked since the start, ms. */
                busyMs: number;
            };
        };
        Alert: {
            id: string;
            site: string;
            rule: string;
            version: number;
            /** @description What it is about: a device, or what the rule calls `key`. One is open for each. */
            key: string;
            device: string | null;
            /** @enum {string} */
            severity: "low" | "medium" | "high";
            sentence: string;
            /** @enum {string} */
            state: "raised" | "acknowledged" | "cleared";
            /** @description Time of the data, epoch ms; so are the others. */
            raisedAt: number;
            acknowledgedAt: number | null;
            acknowledgedBy: string | null;
            clearedAt: number | null;
            clearedBy: ("rule" | "person" | "changed" | "revised") | null;
            /** @description What the rule gave. */
            row: {
                [key: string]: unknown;
            };
        };
        Event: {
            /** @description Grows in the order in which things became known. */
            seq: number;
            /** @description The same for the same thing, however often it is told. */
            id: string;
            site: string;
            rule: string;
            version: number;
            /** @enum {string} */
            kind: "raised" | "cleared" | "event";
            key: string;
            device: string | null;
            /** @description Time of the data, epoch ms. */
            time: number;
            recordedAt: number;
            /** @description Late readings told otherwise. */
            retracted: boolean;
            row: {
                [key: string]: unknown;
            };
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Stable; branch on this, never on the words. */
            code: string;
            /** @description Path to the input that is at fault, as `fields.power`. */
            field?: string;
            /** @description Of a rule’s text, from 1. */
            line?: number;
            column?: number;
            /** @description What could have stood there. */
            expected?: string[];
            errors?: {
                field: string;
                reason: string;
            }[];
            /** @description Seconds after which the same request may succeed. */
            retryAfter?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email?: string;
                    username?: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        person: components["schemas"]["Profile"] | null;
                        /** @description True: send the code to POST /api/auth/two-factor/verify-totp {code}. */
                        secondFactor: boolean;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logoutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        person: components["schemas"]["Profile"] | null;
                        principal: {
                            /** @enum {string} */
                            kind: "person" | "token" | "device";
                            /** @description The only site it opens; null: not limited to one. */
                            site: string | null;
                            device: string | null;
                            /** @description What a token may do; null: not limited. */
                            scopes: string[] | null;
                        };
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        needed: boolean;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                    username?: string | null;
                    /** @description The secret part of the link. */
                    token: string;
                    email: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        person: components["schemas"]["Profile"] | null;
                        /** @description True: send the code to POST /api/auth/two-factor/verify-totp {code}. */
                        secondFactor: boolean;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    next: string;
                };
            };
        };
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                };
            };
        };
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The secret part of the link. */
                    token: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestMailConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmMail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The secret part of the link. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The secret part of the link. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        site: string;
                        siteName: string;
                        email: string;
                        /** @enum {string} */
                        role: "owner" | "operator" | "viewer";
                        account: boolean;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The secret part of the link. */
                    token: string;
                    person?: {
                        name: string;
                        password: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        person: components["schemas"]["Profile"] | null;
                        /** @description True: send the code to POST /api/auth/two-factor/verify-totp {code}. */
                        secondFactor: boolean;
                        site: string;
                        /** @enum {string} */
                        role: "owner" | "operator" | "viewer";
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSites: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Site"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteInput"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeSite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    timezone?: string;
                    currency?: string;
                    priceArea?: string | null;
                    /** @enum {string} */
                    newDevices?: "with-site-token" | "never";
                    retentionDays?: number | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlaces: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Place"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createPlace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    name: string;
                    /** @enum {string} */
                    kind: "site" | "building" | "floor" | "room" | "outside" | "abroad";
                    /** @default null */
                    parent?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                place: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePlace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                place: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updatePlace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                place: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @enum {string} */
                    kind?: "site" | "building" | "floor" | "room" | "outside" | "abroad";
                    parent?: string | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
                /** @description There or below. */
                place?: string;
                type?: string;
                enabled?: "true" | "false";
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Device"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    name: string;
                    /** @default null */
                    type?: string | null;
                    /** @default null */
                    place?: string | null;
                    /** @default  */
                    description?: string;
                    /** @default {} */
                    identities?: {
                        [key: string]: string;
                    };
                    /** @default [] */
                    capabilities?: ("meter" | "switch" | "thermostat" | "ventilation" | "battery" | "climate" | "light" | "shutter")[];
                    /** @default null */
                    ratedPowerW?: number | null;
                    /** @default null */
                    counterModulusWh?: number | null;
                    /** @default null */
                    submeterOf?: string | null;
                    /** @default true */
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    type?: string | null;
                    place?: string | null;
                    description?: string;
                    identities?: {
                        [key: string]: string;
                    };
                    capabilities?: ("meter" | "switch" | "thermostat" | "ventilation" | "battery" | "climate" | "light" | "shutter")[];
                    ratedPowerW?: number | null;
                    counterModulusWh?: number | null;
                    submeterOf?: string | null;
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            site: string;
                            device: string;
                            name: string;
                            createdAt: number;
                            /** @description To the minute. */
                            lastUsedAt: number | null;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issueCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Tells several apart. */
                    name?: string;
                } | null;
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        username: string;
                        password: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
                credential: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Base of the API, without a slash at the end. */
                        http: string;
                        /** @description URL of MQTT over WebSocket. */
                        webSocket: string;
                        /** @description MQTT; null when it can only be reached on the server itself. */
                        mqtt: {
                            host: string;
                            port: number;
                        } | null;
                        /** @description MQTT over TLS; null when there is none. */
                        mqtts: {
                            host: string;
                            port: number;
                        } | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "owner" | "operator" | "viewer";
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            site: string;
                            email: string;
                            /** @enum {string} */
                            role: "owner" | "operator" | "viewer";
                            createdAt: number;
                            expiresAt: number;
                        }[];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    /** @enum {string} */
                    role: "owner" | "operator" | "viewer";
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        invitation: {
                            id: string;
                            site: string;
                            email: string;
                            /** @enum {string} */
                            role: "owner" | "operator" | "viewer";
                            createdAt: number;
                            expiresAt: number;
                        };
                        /** @description For handing over; null when it was mailed. */
                        link: string | null;
                        mailed: boolean;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                invitation: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
                site?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            site: string | null;
                            device: string | null;
                            scopes: ("read" | "write")[];
                            owner: string | null;
                            createdAt: number;
                            /** @description To the minute. */
                            lastUsedAt: number | null;
                            expiresAt: number | null;
                        }[];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description The only site it opens; it then opens MQTT too. */
                    site?: string | null;
                    /** @description The only device it opens; needs `site`. */
                    device?: string | null;
                    scopes: ("read" | "write")[];
                    /** @description Epoch ms. */
                    expiresAt?: number | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        site: string | null;
                        device: string | null;
                        scopes: ("read" | "write")[];
                        owner: string | null;
                        createdAt: number;
                        /** @description To the minute. */
                        lastUsedAt: number | null;
                        expiresAt: number | null;
                        /** @description Send as Authorization: Bearer … */
                        token: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPeople: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            email: string;
                            name: string;
                            username: string | null;
                            admin: boolean;
                            disabled: boolean;
                            createdAt: number;
                        }[];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updatePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    admin?: boolean;
                    disabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        email: string;
                        name: string;
                        username: string | null;
                        admin: boolean;
                        disabled: boolean;
                        createdAt: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSiteAudit: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
                /** @description Only of this thing and what lies below it, as `sites/home/devices/plug-1`. */
                what?: string;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            seq: number;
                            time: number;
                            who: {
                                kind: string;
                                id: string;
                            };
                            action: string;
                            what: string;
                            site: string | null;
                            before: unknown;
                            after: unknown;
                            /** @description SHA-256 over this entry and the hash before it. */
                            hash: string;
                        }[];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            seq: number;
                            time: number;
                            who: {
                                kind: string;
                                id: string;
                            };
                            action: string;
                            what: string;
                            site: string | null;
                            before: unknown;
                            after: unknown;
                            /** @description SHA-256 over this entry and the hash before it. */
                            hash: string;
                        }[];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        entries?: number;
                        seq?: number;
                        reason?: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEdits: {
        parameters: {
            query?: {
                device?: string;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: number;
                            site: string;
                            device: string;
                            edit: {
                                [key: string]: unknown;
                            };
                            note: string;
                            who: string;
                            time: number;
                            undone: {
                                who: string;
                                time: number;
                            } | null;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewEdit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What a person knows better. Readings stay as they are; an edit lies over them and can be undone. */
                    edit: {
                        /** @enum {string} */
                        kind: "exclude";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        from: string | number;
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        to: string | number;
                    } | {
                        /** @enum {string} */
                        kind: "replaced";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        at: string | number;
                        final?: {
                            importWh?: number | null;
                            exportWh?: number | null;
                        };
                        initial?: {
                            importWh?: number | null;
                            exportWh?: number | null;
                        };
                    } | {
                        /** @enum {string} */
                        kind: "counter";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        at: string | number;
                        importWh?: number | null;
                        exportWh?: number | null;
                    } | {
                        /** @enum {string} */
                        kind: "energy";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        from: string | number;
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        to: string | number;
                        importWh?: number | null;
                        exportWh?: number | null;
                    };
                    /** @description Why. */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: string;
                        to: string;
                        /** @description The slots that would change, as they are. */
                        before: components["schemas"]["Slot"][];
                        /** @description The same slots, as they would be. */
                        after: components["schemas"]["Slot"][];
                        /** @description Over all slots from `from` to `to`. */
                        sums: {
                            before: {
                                importWh: number | null;
                                exportWh: number | null;
                            };
                            after: {
                                importWh: number | null;
                                exportWh: number | null;
                            };
                        };
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    applyEdit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What a person knows better. Readings stay as they are; an edit lies over them and can be undone. */
                    edit: {
                        /** @enum {string} */
                        kind: "exclude";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        from: string | number;
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        to: string | number;
                    } | {
                        /** @enum {string} */
                        kind: "replaced";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        at: string | number;
                        final?: {
                            importWh?: number | null;
                            exportWh?: number | null;
                        };
                        initial?: {
                            importWh?: number | null;
                            exportWh?: number | null;
                        };
                    } | {
                        /** @enum {string} */
                        kind: "counter";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        at: string | number;
                        importWh?: number | null;
                        exportWh?: number | null;
                    } | {
                        /** @enum {string} */
                        kind: "energy";
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        from: string | number;
                        /** @description ISO 8601, without an offset the site’s time; or epoch ms. */
                        to: string | number;
                        importWh?: number | null;
                        exportWh?: number | null;
                    };
                    /** @description Why. */
                    note?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        site: string;
                        device: string;
                        edit: {
                            [key: string]: unknown;
                        };
                        note: string;
                        who: string;
                        time: number;
                        undone: {
                            who: string;
                            time: number;
                        } | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewUndo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                edit: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        from: string;
                        to: string;
                        /** @description The slots that would change, as they are. */
                        before: components["schemas"]["Slot"][];
                        /** @description The same slots, as they would be. */
                        after: components["schemas"]["Slot"][];
                        /** @description Over all slots from `from` to `to`. */
                        sums: {
                            before: {
                                importWh: number | null;
                                exportWh: number | null;
                            };
                            after: {
                                importWh: number | null;
                                exportWh: number | null;
                            };
                        };
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undoEdit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                edit: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        site: string;
                        device: string;
                        edit: {
                            [key: string]: unknown;
                        };
                        note: string;
                        who: string;
                        time: number;
                        undone: {
                            who: string;
                            time: number;
                        } | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRevisions: {
        parameters: {
            query?: {
                /** @description Start, inclusive; a day before `to` when absent. ISO 8601 with an offset, or without one in the site’s time; epoch ms; `now`; or before now: `-24h`. */
                from?: string;
                /** @description End, exclusive; now when absent. */
                to?: string;
                device?: string;
                /** @description `next` of the page before. */
                cursor?: number;
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: number;
                            site: string;
                            device: string;
                            start: string;
                            before: components["schemas"]["Slot"] | null;
                            after: components["schemas"]["Slot"];
                            cause: string;
                            time: number;
                            who: string | null;
                        }[];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listVirtualMeters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            /** @description Ids of devices or of other virtual meters. */
                            plus: string[];
                            /**
                             * @description Ids of devices or of other virtual meters.
                             * @default []
                             */
                            minus: string[];
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putVirtualMeter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                meter: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Ids of devices or of other virtual meters. */
                    plus: string[];
                    /**
                     * @description Ids of devices or of other virtual meters.
                     * @default []
                     */
                    minus?: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description Ids of devices or of other virtual meters. */
                        plus: string[];
                        /**
                         * @description Ids of devices or of other virtual meters.
                         * @default []
                         */
                        minus: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeVirtualMeter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                meter: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDemo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description 'elsewhere': it is run by the command `ohmstead demo`, which removes it as well.
                         * @enum {string}
                         */
                        state: "none" | "loading" | "live" | "removing" | "failed" | "elsewhere";
                        /** @description While it loads: share of the way, 0–1. */
                        done: number | null;
                        /** @description Why it failed. */
                        reason: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startDemo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description 'elsewhere': it is run by the command `ohmstead demo`, which removes it as well.
                         * @enum {string}
                         */
                        state: "none" | "loading" | "live" | "removing" | "failed" | "elsewhere";
                        /** @description While it loads: share of the way, 0–1. */
                        done: number | null;
                        /** @description Why it failed. */
                        reason: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeDemo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuleTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            name: string;
                            title: string;
                            description: string;
                            /** @description JSON Schema of its parameters. */
                            parameters: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRuleVocabulary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        streams: {
                            name: string;
                            fields: {
                                name: string;
                                /** @description `number`, `boolean`, `string` … */
                                kind: string;
                                /** @description UCUM code of a number; null where it has none. */
                                unit: string | null;
                                description: string | null;
                            }[];
                        }[];
                        functions: string[];
                        aggregates: string[];
                        windows: string[];
                        keywords: string[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRules: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Most items of a page; 100 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Rule"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    name: string;
                    /** @default true */
                    enabled?: boolean;
                    definition: {
                        /** @enum {string} */
                        kind: "epl";
                        text: string;
                    } | {
                        /** @enum {string} */
                        kind: "template";
                        template: string;
                        parameters: {
                            [key: string]: unknown;
                        };
                    };
                    actions: ({
                        /** @enum {string} */
                        kind: "alert";
                        /** @enum {string} */
                        severity: "low" | "medium" | "high";
                    } | {
                        /** @enum {string} */
                        kind: "event";
                        topic?: string;
                    } | {
                        /** @enum {string} */
                        kind: "webhook";
                        /** Format: uri */
                        url: string;
                    } | {
                        /** @enum {string} */
                        kind: "store";
                        device: string;
                        measurement: string;
                    })[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    definition: {
                        /** @enum {string} */
                        kind: "epl";
                        text: string;
                    } | {
                        /** @enum {string} */
                        kind: "template";
                        template: string;
                        parameters: {
                            [key: string]: unknown;
                        };
                    };
                    /**
                     * @default [
                     *       {
                     *         "kind": "event"
                     *       }
                     *     ]
                     */
                    actions?: ({
                        /** @enum {string} */
                        kind: "alert";
                        /** @enum {string} */
                        severity: "low" | "medium" | "high";
                    } | {
                        /** @enum {string} */
                        kind: "event";
                        topic?: string;
                    } | {
                        /** @enum {string} */
                        kind: "webhook";
                        /** Format: uri */
                        url: string;
                    } | {
                        /** @enum {string} */
                        kind: "store";
                        device: string;
                        measurement: string;
                    })[];
                    /** @description Of the rule that it is to be a version of. */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sentence: string;
                        epl: string;
                        definition: {
                            /** @enum {string} */
                            kind: "epl";
                            text: string;
                        } | {
                            /** @enum {string} */
                            kind: "template";
                            template: string;
                            parameters: {
                                [key: string]: unknown;
                            };
                        };
                        needs: {
                            measurement: string;
                            /** @description Null: all. */
                            devices: string[] | null;
                            /** @description Null: all. Names that occur, which need not all be fields. */
                            fields: string[] | null;
                        }[];
                        /** @description UCUM units of what its rows hold, by name. */
                        units: {
                            [key: string]: string;
                        };
                        /** @description Streams of other rules that it looks at. */
                        streams: {
                            stream: string;
                            /** @description Those that insert into it. */
                            rules: string[];
                        }[];
                        /** @description How far back it has to look, ms. */
                        memoryMs: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    enabled?: boolean;
                    definition?: {
                        /** @enum {string} */
                        kind: "epl";
                        text: string;
                    } | {
                        /** @enum {string} */
                        kind: "template";
                        template: string;
                        parameters: {
                            [key: string]: unknown;
                        };
                    };
                    actions?: ({
                        /** @enum {string} */
                        kind: "alert";
                        /** @enum {string} */
                        severity: "low" | "medium" | "high";
                    } | {
                        /** @enum {string} */
                        kind: "event";
                        topic?: string;
                    } | {
                        /** @enum {string} */
                        kind: "webhook";
                        /** Format: uri */
                        url: string;
                    } | {
                        /** @enum {string} */
                        kind: "store";
                        device: string;
                        measurement: string;
                    })[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuleVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            version: number;
                            definition: {
                                /** @enum {string} */
                                kind: "epl";
                                text: string;
                            } | {
                                /** @enum {string} */
                                kind: "template";
                                template: string;
                                parameters: {
                                    [key: string]: unknown;
                                };
                            };
                            actions: ({
                                /** @enum {string} */
                                kind: "alert";
                                /** @enum {string} */
                                severity: "low" | "medium" | "high";
                            } | {
                                /** @enum {string} */
                                kind: "event";
                                topic?: string;
                            } | {
                                /** @enum {string} */
                                kind: "webhook";
                                /** Format: uri */
                                url: string;
                            } | {
                                /** @enum {string} */
                                kind: "store";
                                device: string;
                                measurement: string;
                            })[];
                            changedAt: number;
                            changedBy: {
                                kind: string;
                                id: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description Only those that are open, or that are not. */
                open?: "true" | "false";
                rule?: string;
                /** @description Raised before, epoch ms. */
                before?: number;
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Alert"][];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                alert: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                kind?: "raised" | "cleared" | "event";
                rule?: string;
                device?: string;
                /** @description By when it became known, which is so when absent, or by the time of the data. */
                order?: "known" | "time";
                /** @description `seq` of the last one of the page before. */
                before?: number;
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadings: {
        parameters: {
            query?: {
                /** @description Start, inclusive; a day before `to` when absent. ISO 8601 with an offset, or without one in the site’s time; epoch ms; `now`; or before now: `-24h`. */
                from?: string;
                /** @description End, exclusive; now when absent. */
                to?: string;
                /** @description Ids, separated by commas; all devices when absent. */
                device?: string | string[];
                /** @description Ids of places; devices there or below. */
                place?: string | string[];
                measurement?: string;
                /** @description Names, separated by commas. */
                field?: string | string[];
                /** @description `name:value`; series that have all of these. */
                tag?: string | string[];
                /** @description `raw`, `auto` (keeps a chart’s shape), seconds, `PT15M`, or slot, hour, day, week, month, year. */
                resolution?: string;
                /** @description How a bucket becomes one value; each field’s own way when absent. */
                aggregate?: "mean" | "min" | "max" | "sum" | "count" | "first" | "last";
                /** @description How many points of a series `auto` gives at most. */
                points?: number;
                /** @description Instead of `Accept`. */
                format?: "json" | "ndjson" | "csv" | "parquet" | "arrow";
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        series: components["schemas"]["Series"][];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLatestReadings: {
        parameters: {
            query?: {
                /** @description Ids, separated by commas; all devices when absent. */
                device?: string | string[];
                /** @description Ids of places; devices there or below. */
                place?: string | string[];
                measurement?: string;
                /** @description Names, separated by commas. */
                field?: string | string[];
                /** @description `name:value`; series that have all of these. */
                tag?: string | string[];
                /** @description Newest at or before this time. */
                at?: string;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        series: {
                            site: string;
                            device: string;
                            measurement: string;
                            field: string;
                            tags: {
                                [key: string]: string;
                            };
                            /** @description UCUM code; null when nobody has said. */
                            unit: string | null;
                            resolution: string;
                            /** @description Epoch ms, rising. */
                            times: number[];
                            /** @description As long as `times`. */
                            values: (number | boolean | string)[];
                            time: number;
                            value: number | boolean | string;
                            /** @description How long ago, ms. */
                            ageMs: number;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEnergy: {
        parameters: {
            query?: {
                /** @description Start, inclusive; a day before `to` when absent. ISO 8601 with an offset, or without one in the site’s time; epoch ms; `now`; or before now: `-24h`. */
                from?: string;
                /** @description End, exclusive; now when absent. */
                to?: string;
                /** @description Days, weeks, months and years are the site’s; a day may have 23 or 25 hours. */
                by?: "slot" | "hour" | "day" | "week" | "month" | "year";
                /** @description `site` when absent; `device` when devices are named. */
                group?: "site" | "place" | "device";
                /** @description Only these, separated by commas; virtual meters may be named. */
                device?: string | string[];
                /** @description Only devices there or below. */
                place?: string | string[];
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Energy"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeviceEnergy: {
        parameters: {
            query?: {
                /** @description Start, inclusive; a day before `to` when absent. ISO 8601 with an offset, or without one in the site’s time; epoch ms; `now`; or before now: `-24h`. */
                from?: string;
                /** @description End, exclusive; now when absent. */
                to?: string;
                /** @description Days, weeks, months and years are the site’s; a day may have 23 or 25 hours. */
                by?: "slot" | "hour" | "day" | "week" | "month" | "year";
            };
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Energy"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSlots: {
        parameters: {
            query?: {
                /** @description Start, inclusive; a day before `to` when absent. ISO 8601 with an offset, or without one in the site’s time; epoch ms; `now`; or before now: `-24h`. */
                from?: string;
                /** @description End, exclusive; now when absent. */
                to?: string;
            };
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        timezone: string;
                        slots: components["schemas"]["Slot"][];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainSlot: {
        parameters: {
            query: {
                /** @description A time in it: ISO 8601, without an offset the site’s time; epoch ms; `-1h`. */
                slot: string;
            };
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        timezone: string;
                        /** @description As it is; null when it has not begun. */
                        slot: components["schemas"]["Slot"] | null;
                        /** @description What each series of the device says; empty for a virtual meter. */
                        series: {
                            measurement: string;
                            field: string;
                            tags: {
                                [key: string]: string;
                            };
                            /** @enum {string} */
                            kind: "counter" | "interval" | "power";
                            /** @description Readings in the slot. */
                            samples: number;
                            /** @description Between two readings of it in or across the slot: what is not plainly measured; at most 100. */
                            steps: {
                                /** @description ISO 8601 with the site’s offset. */
                                from: string;
                                to: string;
                                /** @enum {string} */
                                direction: "import" | "export";
                                /** @description Wh; null when it is not known. */
                                energyWh: number | null;
                                /**
                                 * @description spread: how much is known, but not when; guessed: at least so much; edited: a person gave it.
                                 * @enum {string}
                                 */
                                certainty: "measured" | "spread" | "guessed" | "edited";
                                /** @description What happened to the counter; null for interval energies. */
                                verdict: ("continuous" | "rollover" | "reset" | "replaced" | "rebased" | "jump") | null;
                            }[];
                            /** @description Between two readings of power, when that is longer than is usual for the device. */
                            gaps: {
                                /** @description ISO 8601 with the site’s offset. */
                                from: string;
                                to: string;
                            }[];
                        }[];
                        /** @description Those that touch it and were not undone. */
                        edits: {
                            id: number;
                            site: string;
                            device: string;
                            edit: {
                                [key: string]: unknown;
                            };
                            note: string;
                            who: string;
                            time: number;
                            undone: {
                                who: string;
                                time: number;
                            } | null;
                        }[];
                        /** @description What a virtual meter is computed from; empty for a device. */
                        members: {
                            device: string;
                            sign: 1 | -1;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tryRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description ISO 8601, epoch ms, `now`, or before now: `-30d`. */
                    from: string | number;
                    /**
                     * @description ISO 8601, epoch ms, `now`, or before now: `-30d`.
                     * @default now
                     */
                    to?: string | number;
                    rules: {
                        /** @description Of the rule that it is to be a version of: what is saved under it then counts as no other rule. */
                        id?: string;
                        definition: {
                            /** @enum {string} */
                            kind: "epl";
                            text: string;
                        } | {
                            /** @enum {string} */
                            kind: "template";
                            template: string;
                            parameters: {
                                [key: string]: unknown;
                            };
                        };
                        /**
                         * @default [
                         *       {
                         *         "kind": "alert",
                         *         "severity": "medium"
                         *       }
                         *     ]
                         */
                        actions?: ({
                            /** @enum {string} */
                            kind: "alert";
                            /** @enum {string} */
                            severity: "low" | "medium" | "high";
                        } | {
                            /** @enum {string} */
                            kind: "event";
                            topic?: string;
                        } | {
                            /** @enum {string} */
                            kind: "webhook";
                            /** Format: uri */
                            url: string;
                        } | {
                            /** @enum {string} */
                            kind: "store";
                            device: string;
                            measurement: string;
                        })[];
                    }[];
                };
            };
        };
        responses: {
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReplays: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            /** @enum {string} */
                            mode: "lab" | "live";
                            site: string;
                            /** @description Whose stored readings are played. */
                            source: string;
                            from: number;
                            to: number;
                            speed: number | null;
                            /** @description Its clock stands still until it is told to go on. */
                            paused: boolean;
                            startedAt: number;
                            rules: {
                                id: string;
                                sentence: string;
                                stopped: string | null;
                            }[];
                            /** @enum {string} */
                            state: "running" | "done" | "stopped" | "failed";
                            /** @description Where its clock stands, epoch ms. */
                            through: number;
                            /** @description 0–1. */
                            progress: number;
                            readings: number;
                            said: number;
                            /** @description Live: values that are stored in the site. */
                            sent: number;
                            /** @description Live: values of the period; null while they are counted. */
                            total: number | null;
                            /** @description Live: what ingest refused; the quarantine of the site says why. */
                            rejected: number;
                            /** @description Live: how far it is behind its own schedule. */
                            lateMs: number;
                            reason: string | null;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description ISO 8601, epoch ms, `now`, or before now: `-30d`. */
                    from: string | number;
                    /**
                     * @description ISO 8601, epoch ms, `now`, or before now: `-30d`.
                     * @default now
                     */
                    to?: string | number;
                    /**
                     * @description `lab`: to rules, touching nothing. `live`: into this site, through ingest, as if it happened now.
                     * @default lab
                     * @enum {string}
                     */
                    mode?: "lab" | "live";
                    /** @description Times as fast as it was, 1 for real time. In the lab null, which is the default there, is as fast as possible; live it is 1 to 3600, and 1 when absent. */
                    speed?: number | null;
                    /**
                     * @description Of the lab.
                     * @default []
                     */
                    rules?: string[];
                    /**
                     * @description Of the lab.
                     * @default []
                     */
                    trials?: {
                        /** @description Of the rule that it is to be a version of: what is saved under it then counts as no other rule. */
                        id?: string;
                        definition: {
                            /** @enum {string} */
                            kind: "epl";
                            text: string;
                        } | {
                            /** @enum {string} */
                            kind: "template";
                            template: string;
                            parameters: {
                                [key: string]: unknown;
                            };
                        };
                        /**
                         * @default [
                         *       {
                         *         "kind": "alert",
                         *         "severity": "medium"
                         *       }
                         *     ]
                         */
                        actions?: ({
                            /** @enum {string} */
                            kind: "alert";
                            /** @enum {string} */
                            severity: "low" | "medium" | "high";
                        } | {
                            /** @enum {string} */
                            kind: "event";
                            topic?: string;
                        } | {
                            /** @enum {string} */
                            kind: "webhook";
                            /** Format: uri */
                            url: string;
                        } | {
                            /** @enum {string} */
                            kind: "store";
                            device: string;
                            measurement: string;
                        })[];
                    }[];
                    /** @description Live: the site whose stored readings are sent. */
                    source?: string;
                    /**
                     * @description Live: that the site may have devices that can be controlled; needs the right to control them.
                     * @default false
                     */
                    confirm?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        mode: "lab" | "live";
                        site: string;
                        /** @description Whose stored readings are played. */
                        source: string;
                        from: number;
                        to: number;
                        speed: number | null;
                        /** @description Its clock stands still until it is told to go on. */
                        paused: boolean;
                        startedAt: number;
                        rules: {
                            id: string;
                            sentence: string;
                            stopped: string | null;
                        }[];
                        /** @enum {string} */
                        state: "running" | "done" | "stopped" | "failed";
                        /** @description Where its clock stands, epoch ms. */
                        through: number;
                        /** @description 0–1. */
                        progress: number;
                        readings: number;
                        said: number;
                        /** @description Live: values that are stored in the site. */
                        sent: number;
                        /** @description Live: values of the period; null while they are counted. */
                        total: number | null;
                        /** @description Live: what ingest refused; the quarantine of the site says why. */
                        rejected: number;
                        /** @description Live: how far it is behind its own schedule. */
                        lateMs: number;
                        reason: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                replay: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        mode: "lab" | "live";
                        site: string;
                        /** @description Whose stored readings are played. */
                        source: string;
                        from: number;
                        to: number;
                        speed: number | null;
                        /** @description Its clock stands still until it is told to go on. */
                        paused: boolean;
                        startedAt: number;
                        rules: {
                            id: string;
                            sentence: string;
                            stopped: string | null;
                        }[];
                        /** @enum {string} */
                        state: "running" | "done" | "stopped" | "failed";
                        /** @description Where its clock stands, epoch ms. */
                        through: number;
                        /** @description 0–1. */
                        progress: number;
                        readings: number;
                        said: number;
                        /** @description Live: values that are stored in the site. */
                        sent: number;
                        /** @description Live: values of the period; null while they are counted. */
                        total: number | null;
                        /** @description Live: what ingest refused; the quarantine of the site says why. */
                        rejected: number;
                        /** @description Live: how far it is behind its own schedule. */
                        lateMs: number;
                        reason: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                replay: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                replay: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Times as fast as it was, 1 for real time; null as fast as possible. */
                    speed?: number | null;
                    paused?: boolean;
                    /** @description Where its clock shall stand at the least, epoch ms; what lies between is played as fast as possible. */
                    through?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @enum {string} */
                        mode: "lab" | "live";
                        site: string;
                        /** @description Whose stored readings are played. */
                        source: string;
                        from: number;
                        to: number;
                        speed: number | null;
                        /** @description Its clock stands still until it is told to go on. */
                        paused: boolean;
                        startedAt: number;
                        rules: {
                            id: string;
                            sentence: string;
                            stopped: string | null;
                        }[];
                        /** @enum {string} */
                        state: "running" | "done" | "stopped" | "failed";
                        /** @description Where its clock stands, epoch ms. */
                        through: number;
                        /** @description 0–1. */
                        progress: number;
                        readings: number;
                        said: number;
                        /** @description Live: values that are stored in the site. */
                        sent: number;
                        /** @description Live: values of the period; null while they are counted. */
                        total: number | null;
                        /** @description Live: what ingest refused; the quarantine of the site says why. */
                        rejected: number;
                        /** @description Live: how far it is behind its own schedule. */
                        lateMs: number;
                        reason: string | null;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                replay: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRuleCases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            /** @description Epoch ms; so are the others. */
                            from: number;
                            to: number;
                            /** @description What the rule said, and has to say. */
                            expected: {
                                /** @enum {string} */
                                kind: "raised" | "cleared" | "event";
                                key: string;
                                /** @description Of the data, epoch ms. */
                                time: number;
                            }[];
                            madeAt: number;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRuleCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Made from the name when absent. */
                    id?: string;
                    /** @description ISO 8601, epoch ms, or before now: `-30d`. */
                    from: string | number;
                    /** @description ISO 8601, epoch ms, or before now: `-30d`. */
                    to: string | number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        /** @description Epoch ms; so are the others. */
                        from: number;
                        to: number;
                        /** @description What the rule said, and has to say. */
                        expected: {
                            /** @enum {string} */
                            kind: "raised" | "cleared" | "event";
                            key: string;
                            /** @description Of the data, epoch ms. */
                            time: number;
                        }[];
                        madeAt: number;
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRuleCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
                case: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no content. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    runRuleCases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                rule: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    definition?: {
                        /** @enum {string} */
                        kind: "epl";
                        text: string;
                    } | {
                        /** @enum {string} */
                        kind: "template";
                        template: string;
                        parameters: {
                            [key: string]: unknown;
                        };
                    };
                    actions?: ({
                        /** @enum {string} */
                        kind: "alert";
                        /** @enum {string} */
                        severity: "low" | "medium" | "high";
                    } | {
                        /** @enum {string} */
                        kind: "event";
                        topic?: string;
                    } | {
                        /** @enum {string} */
                        kind: "webhook";
                        /** Format: uri */
                        url: string;
                    } | {
                        /** @enum {string} */
                        kind: "store";
                        device: string;
                        measurement: string;
                    })[];
                } | null;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            name: string;
                            /** @description Null: it cannot be told; `note` says why. */
                            passed: boolean | null;
                            /** @description What the rule no longer says; the first 100. */
                            missing: {
                                /** @enum {string} */
                                kind: "raised" | "cleared" | "event";
                                key: string;
                                /** @description Of the data, epoch ms. */
                                time: number;
                            }[];
                            /** @description What it says besides; the first 100. */
                            unexpected: {
                                /** @enum {string} */
                                kind: "raised" | "cleared" | "event";
                                key: string;
                                /** @description Of the data, epoch ms. */
                                time: number;
                            }[];
                            note: string | null;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamSite: {
        parameters: {
            query?: {
                /** @description Of readings, slots, quarantine, presence, alert, event; all when absent. */
                types?: string | string[];
                /** @description Only events of these devices. */
                device?: string | string[];
                /** @description For clients that cannot set the header. */
                lastEventId?: string;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPresence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            device: string;
                            /** @description When it was last heard since the server started, epoch ms. */
                            lastSeen: number | null;
                            /** @description Whether it holds a connection; null: it does not use one. */
                            connected: boolean | null;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listQuarantine: {
        parameters: {
            query?: {
                device?: string;
                limit?: number;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: number;
                            /** @description When it was refused, epoch ms. */
                            time: number;
                            site: string;
                            device: string | null;
                            /** @enum {string} */
                            via: "mqtt" | "http" | "line" | "powiot" | "import" | "replay" | "rule";
                            field: string;
                            reason: string;
                            /** @description What was refused, cut short. */
                            sample: string;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                        troubles: {
                            part: string;
                            reason: string;
                            since: number;
                        }[];
                    };
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ready: boolean;
                        troubles: {
                            part: string;
                            reason: string;
                            since: number;
                        }[];
                    };
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postDeviceReadings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                device: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                } | {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                }[];
                "application/x-ndjson": {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                } | {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                }[];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description None of them was acceptable. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postReadings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                    site: string;
                    device: string;
                } | {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                    site: string;
                    device: string;
                }[];
                "application/x-ndjson": {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                    site: string;
                    device: string;
                } | {
                    /** @description Such as electricalMeter; any name is taken. */
                    measurement: string;
                    /** @description ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent. */
                    time?: string | number;
                    fields: {
                        [key: string]: number | boolean | string;
                    };
                    tags?: {
                        [key: string]: string;
                    };
                    site: string;
                    device: string;
                }[];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description None of them was acceptable. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    writeLines: {
        parameters: {
            query: {
                /** @description The site. */
                bucket: string;
                /** @description Not looked at. */
                org?: string;
                /** @description ns (when absent), us, ms or s. */
                precision?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    writeLinesV1: {
        parameters: {
            query: {
                /** @description The site. */
                db: string;
                /** @description n, ns (when absent), u, us, ms, s, m or h. */
                precision?: string;
                /** @description Not looked at. */
                rp?: string;
                /** @description Not looked at. */
                consistency?: string;
                /** @description User name: `<site>/<device>` with the password of a device, anything with a token. */
                u?: string;
                /** @description Token or password. */
                p?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
