import type { Component } from '../core/index.ts'
import { endpointsControllers } from './endpoints/index.ts'

export { serviceViewOf, servicesTouched } from './views.ts'

/** The controllers of kube-controller-manager, the scheduler and the cloud, in the order in which they see a change. */
export const controllers: readonly Component[] = [endpointsControllers]
