import { createRootRoute, Outlet } from '@tanstack/react-router'
import { ErrorPage, NotFoundPage } from '../ErrorPage.tsx'
import { SessionDialog } from '../SessionDialog.tsx'

export const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <SessionDialog />
    </>
  ),
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
})
