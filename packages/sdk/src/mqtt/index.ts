export * from './deviceLink.ts'
export * from './observe.ts'
export * from './session.ts'
