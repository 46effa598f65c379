import type { State } from '../../core/index.ts'
export const rulesText = (_state: State, _node: string, _mode: 'iptables' | 'nftables'): string[] => []
