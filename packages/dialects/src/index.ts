export * from './homeAssistant.ts'
export { type LineCount, type LineOptions, type LineSink, parseLines } from './lineProtocol.ts'
export * from './lineSeries.ts'
export * from './powiot.ts'
