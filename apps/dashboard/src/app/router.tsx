import { createRouter } from '@tanstack/react-router'
import { confirmMail, invitation, resetPassword, setup, signIn } from './routes/account.tsx'
import {
  connect,
  device,
  devices,
  energy,
  explore,
  meters,
  now,
  settings,
  settingsHome,
} from './routes/pages.tsx'
import { root } from './routes/root.tsx'
import { editRule, events, newRule, replay, rule, rules } from './routes/rules.tsx'
import { home, newSite, signedIn, site, siteHome } from './routes/sites.tsx'

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    invitation,
    resetPassword,
    confirmMail,
    signedIn.addChildren([
      home,
      newSite,
      site.addChildren([
        siteHome,
        now,
        energy,
        meters,
        connect,
        devices,
        device,
        explore,
        events,
        replay,
        rules,
        newRule,
        rule,
        editRule,
        settingsHome,
        settings,
      ]),
    ]),
  ]),
  defaultPreload: false,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
