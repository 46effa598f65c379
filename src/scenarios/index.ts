export { loadGallery, SCENARIOS, scenarioById, searchScenarios } from './catalog.ts'
export type { Claim, Expectation, Scenario, ScenarioGroup, Step, StepAction } from './scenario.ts'
