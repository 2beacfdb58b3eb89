import { createRoute, useLocation, useNavigate } from '@tanstack/react-router'
import { eventsSearch } from '../../features/events/search.ts'
import { replaySearch } from '../../features/replay/search.ts'
import type { Kept } from '../../features/rules/kept.ts'
import { rulesSearch } from '../../features/rules/list.ts'
import type { ForLab } from '../../parts/forLab.ts'
import { ListSkeleton } from '../../ui/ListSkeleton.tsx'
import { part } from '../../ui/part.tsx'
import { site, useHere } from './sites.tsx'

const EventsPage = part('events', () => import('../../features/events/EventsPage.tsx'), ListSkeleton)
const ReplayPage = part('replay', () => import('../../features/replay/ReplayPage.tsx'), ListSkeleton)
const RulesPage = part('rules', () => import('../../features/rules/RulesPage.tsx'), ListSkeleton)
const RulePage = part('rule', () => import('../../features/rules/RulePage.tsx'), ListSkeleton)
const NewRulePage = part('new rule', () => import('../../features/rules/NewRulePage.tsx'), ListSkeleton)
const EditRulePage = part('edit rule', () => import('../../features/rules/EditRulePage.tsx'), ListSkeleton)

export const events = createRoute({
  getParentRoute: () => site,
  path: '/events',
  validateSearch: eventsSearch,
  component: function Events() {
    const { here, mayConnect } = useHere()
    const search = events.useSearch()
    const navigate = useNavigate({ from: events.fullPath })
    return (
      <EventsPage
        key={here.id}
        site={here.id}
        search={search}
        onSearch={search => void navigate({ search, replace: true, resetScroll: false })}
        mayAct={mayConnect}
      />
    )
  },
})

export const replay = createRoute({
  getParentRoute: () => site,
  path: '/replay',
  validateSearch: replaySearch,
  component: function Replay() {
    const { here, mayConnect } = useHere()
    const search = replay.useSearch()
    const lab = useLocation({ select: ({ state }) => state.lab })
    const navigate = useNavigate({ from: replay.fullPath })
    return (
      <ReplayPage
        key={here.id}
        site={here.id}
        search={search}
        // What was brought along stays with the page, whichever of its replays is looked at.
        onSearch={(search, replace, brought = lab) =>
          void navigate({
            search,
            replace,
            resetScroll: false,
            state: before => ({ ...before, lab: brought }),
          })
        }
        lab={lab}
        mayStart={mayConnect}
      />
    )
  },
})

export const rules = createRoute({
  getParentRoute: () => site,
  path: '/rules',
  validateSearch: rulesSearch,
  component: function Rules() {
    const { here, mayConnect } = useHere()
    const search = rules.useSearch()
    const navigate = useNavigate({ from: rules.fullPath })
    return (
      <RulesPage
        site={here.id}
        search={search}
        onSearch={search => void navigate({ search, replace: true, resetScroll: false })}
        mayChange={mayConnect}
      />
    )
  },
})

/** Takes rules to the lab of replays; what is being written is there again when one comes back. */
function usePlay(site: string): (lab: ForLab, kept?: Kept) => void {
  const navigate = useNavigate()
  return async (lab, kept) => {
    if (kept !== undefined)
      await navigate({ to: '.', search: true, state: { kept }, replace: true, resetScroll: false })
    const search = { fresh: true } as const
    await navigate({ to: '/sites/$site/replay', params: { site }, search, state: { lab, kept } })
  }
}

const useKept = () => useLocation({ select: ({ state }) => state.kept })

/** No rule has the id `-`. */
export const newRule = createRoute({
  getParentRoute: () => site,
  path: '/rules/-/new',
  validateSearch: ({ of }: Record<string, unknown>): { of?: string } =>
    typeof of === 'string' ? { of } : {},
  component: function NewRule() {
    const { here, mayConnect } = useHere()
    const { of } = newRule.useSearch()
    const kept = useKept()
    const play = usePlay(here.id)
    const navigate = useNavigate()
    return (
      <NewRulePage
        site={here.id}
        of={of}
        mayChange={mayConnect}
        onSaved={({ id }) =>
          void navigate({ to: '/sites/$site/rules/$rule', params: { site: here.id, rule: id } })
        }
        onLeave={() => void navigate({ to: '/sites/$site/rules', params: { site: here.id } })}
        kept={kept}
        onPlay={play}
      />
    )
  },
})

export const rule = createRoute({
  getParentRoute: () => site,
  path: '/rules/$rule',
  component: function Rule() {
    const { here, mayConnect } = useHere()
    const { rule: id } = rule.useParams()
    const play = usePlay(here.id)
    const navigate = useNavigate()
    return (
      <RulePage
        key={id}
        site={here.id}
        rule={id}
        mayChange={mayConnect}
        onRemoved={() => void navigate({ to: '/sites/$site/rules', params: { site: here.id } })}
        onPlay={play}
      />
    )
  },
})

export const editRule = createRoute({
  getParentRoute: () => site,
  path: '/rules/$rule/edit',
  component: function EditRule() {
    const { here, mayConnect } = useHere()
    const { rule: id } = editRule.useParams()
    const kept = useKept()
    const play = usePlay(here.id)
    const navigate = useNavigate()
    const toRule = () =>
      void navigate({ to: '/sites/$site/rules/$rule', params: { site: here.id, rule: id } })
    return (
      <EditRulePage
        site={here.id}
        rule={id}
        mayChange={mayConnect}
        onSaved={toRule}
        onLeave={toRule}
        kept={kept}
        onPlay={play}
      />
    )
  },
})
