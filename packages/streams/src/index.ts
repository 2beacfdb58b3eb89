export { Deployed, Engine, Rule } from './engine/engine.ts'
