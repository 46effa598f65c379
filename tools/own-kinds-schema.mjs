// The JSON schemas of Fairlead's own two kinds, as DESIGN describes them.

const metadata = {
  type: 'object',
  description: 'Its name.',
  properties: { name: { type: 'string', description: 'How it is called in the picture.' } },
  required: ['name'],
}

const node = {
  type: 'object',
  properties: {
    name: { type: 'string', description: "The node's name." },
    zone: { type: 'string', description: 'Its topology.kubernetes.io/zone.' },
    internalIP: {
      type: 'string',
      description:
        'Its address, as the other nodes see it; in a cluster with two families one of each, with a comma between them.',
    },
  },
  required: ['name'],
  additionalProperties: false,
}

const Cluster = {
  type: 'object',
  description: 'The cluster that everything runs in. At most one; every field has a default.',
  properties: {
    apiVersion: { const: 'fairlead.dev/v1' },
    kind: { const: 'Cluster' },
    metadata,
    spec: {
      type: 'object',
      properties: {
        nodes: {
          description: 'The nodes, or how many. Three by default, in the zones zone-a, zone-b, zone-b.',
          anyOf: [{ type: 'integer' }, { type: 'array', items: node }],
        },
        podCIDR: {
          type: 'string',
          description:
            'Where pods get their addresses: node N hands out 10.244.N.2, .3 and so on. Two families: 10.244.0.0/16,fd00:10:244::/56; the first is the primary one. IPv6 alone: fd00:10:244::/56.',
          default: '10.244.0.0/16',
        },
        serviceCIDR: {
          type: 'string',
          description:
            'Where Services get their cluster IPs. Two families: 10.96.0.0/16,fd00:10:96::/112, in the order of podCIDR.',
          default: '10.96.0.0/16',
        },
        nodePortRange: {
          type: 'string',
          description: 'The ports that nodes open for Services.',
          default: '30000-32767',
        },
        proxyMode: {
          enum: ['iptables', 'nftables'],
          description: 'How kube-proxy writes its rules.',
          default: 'iptables',
        },
        loadBalancers: {
          enum: ['cloud', 'none'],
          description:
            'cloud: a LoadBalancer gets an address from 192.0.2.0/24 after 4 seconds; none: it stays <pending> for ever.',
          default: 'cloud',
        },
        clusterDomain: {
          type: 'string',
          description: 'The last part of every name in the cluster DNS.',
          default: 'cluster.local',
        },
        externalNames: {
          type: 'object',
          description:
            'Names of the world outside and their addresses, one or one of each family with a comma between them; a leading "*." stands for every name below.',
          additionalProperties: { type: 'string' },
        },
        undeclaredPorts: {
          enum: ['assume', 'refuse'],
          description: 'Whether a pod that declares no ports is assumed to listen on whatever it is asked.',
          default: 'assume',
        },
        seed: {
          type: 'integer',
          description: 'All chance comes from here: the same text and seed give the same run.',
          default: 1,
        },
      },
      additionalProperties: false,
    },
  },
  required: ['apiVersion', 'kind'],
  additionalProperties: false,
}

const Client = {
  type: 'object',
  description: 'Who asks, and what. Without any, clients are made up for every Service.',
  properties: {
    apiVersion: { const: 'fairlead.dev/v1' },
    kind: { const: 'Client' },
    metadata,
    spec: {
      type: 'object',
      properties: {
        from: {
          type: 'string',
          description:
            'Where it asks from: internet, node/NAME, pod/NAME or pod/NAMESPACE/NAME. A pod that does not exist is made.',
          examples: ['internet', 'node/node-1', 'pod/client'],
        },
        url: {
          type: 'string',
          description: 'What it asks: http://, https://, tcp:// or udp://, a name or an address, a port, a path.',
          examples: ['http://web/', 'tcp://db:5432'],
        },
        every: {
          type: 'string',
          description: 'How long between two requests; "once" for a single one.',
          default: '1s',
          examples: ['1s', '500ms', 'once'],
        },
        connection: {
          enum: ['new', 'keep-alive'],
          description: 'new: a connection for each request; keep-alive: one for all, which stays with its pod.',
          default: 'new',
        },
        timeout: { type: 'string', description: 'How long it waits for an answer.', default: '2s' },
      },
      required: ['url'],
      additionalProperties: false,
    },
  },
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
}

export const OWN_KINDS = [
  { apiVersion: 'fairlead.dev/v1', kind: 'Cluster', schema: Cluster },
  { apiVersion: 'fairlead.dev/v1', kind: 'Client', schema: Client },
]
