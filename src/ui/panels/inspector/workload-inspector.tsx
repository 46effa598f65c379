import { Minus, Plus, RotateCw } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { controllerOf, isPodReady, type KObject, keyOf, type Pod, type Workload } from '../../../model/index.ts'
import { ObjectCommands } from '../../commands/index.ts'
import { Button, IconButton, useActions, useSession } from '../../kit/index.ts'
import { ObjectLink } from '../../why/index.ts'
import { WhatIfButton } from '../what-if-button.tsx'
import { Facts, Head, labelList, Section, Some } from './facts.tsx'
import { ObjectEvents } from './object-events.tsx'
import { ObjectFindings } from './object-findings.tsx'
import { StoredObject } from './stored-object.tsx'

export const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
])
const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])
const RESTARTABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** A workload's counts, template and pods; scale, new image, restart. */
export function WorkloadInspector({ workload }: { readonly workload: Workload }): ReactNode {
  const { act } = useActions()
  const objects = useSession((state) => state.mirror.objects)
  const key = keyOf(workload)
  const { metadata, spec, status = {}, kind } = workload
  const replicas = spec.replicas ?? 1
  const owner = controllerOf(workload)
  const pods = useMemo(() => podsOf(workload, objects), [workload, objects])
  const counts = (
    [
      ['Ready', status['readyReplicas'] ?? status['numberReady']],
      ['Up to date', status['updatedReplicas'] ?? status['updatedNumberScheduled']],
      ['Available', status['availableReplicas'] ?? status['numberAvailable']],
      ['Active', status['active']],
      ['Succeeded', status['succeeded']],
      ['Failed', status['failed']],
    ] as const
  ).map(([name, value]) => [name, typeof value === 'number' ? String(value) : undefined] as const)
  const strategy = (spec['strategy'] ?? spec['updateStrategy']) as { type?: string } | undefined
  const scale = (to: number) => void act({ type: 'scale', object: key, replicas: to })
  return (
    <>
      <Head kind={kind} title={metadata.name} sub={`in namespace ${metadata.namespace ?? 'default'}`} />
      <ObjectFindings of={key} />
      <div className="insp-actions">
        {SCALABLE.has(kind) && (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
          <span className="insp-scale" role="group" aria-label="Replicas">
            <IconButton
              label="One replica less"
              icon={<Minus />}
              disabled={replicas === 0}
              onClick={() => scale(replicas - 1)}
            />
            <output>{replicas}</output>
            <IconButton label="One replica more" icon={<Plus />} onClick={() => scale(replicas + 1)} />
          </span>
        )}
        {RESTARTABLE.has(kind) && (
          <Button onClick={() => void act({ type: 'restart', object: key })}>
            <RotateCw />
            Restart
          </Button>
        )}
        <WhatIfButton of={key} />
        <ObjectCommands object={workload} />
      </div>
      <Facts
        rows={[
          ['Replicas', spec.replicas !== undefined && String(spec.replicas)],
          ...counts,
          ['Strategy', strategy?.type],
          ['Selector', labelList(spec.selector?.matchLabels ?? plainSelector(spec.selector))],
          ['Made by', owner && <ObjectLink of={`${owner.kind}/${metadata.namespace ?? ''}/${owner.name}`} />],
          ['Labels', labelList(metadata.labels)],
        ]}
      />
      <Section title="Containers">
        <ul className="insp-list">
          {spec.template.spec.containers.map((container) => (
            <li key={container.name}>
              <ImageForm
                key={container.image}
                name={container.name}
                image={container.image ?? ''}
                onChange={(image) => void act({ type: 'set-image', object: key, container: container.name, image })}
              />
            </li>
          ))}
        </ul>
      </Section>
      {pods.length > 0 && (
        <Section title={`Pods: ${pods.filter(isPodReady).length} of ${pods.length} ready`}>
          <ul className="insp-list">
            <Some items={pods} most={30}>
              {(pod) => (
                <li key={keyOf(pod)} className="insp-member">
                  <span className="kit-chip" data-tone={isPodReady(pod) ? 'ok' : 'wait'}>
                    {pod.metadata.deletionTimestamp ? 'terminating' : isPodReady(pod) ? 'ready' : 'not ready'}
                  </span>
                  <ObjectLink of={keyOf(pod)}>{pod.metadata.name}</ObjectLink>
                </li>
              )}
            </Some>
          </ul>
        </Section>
      )}
      <ObjectEvents of={key} />
      <StoredObject object={workload} />
    </>
  )
}

interface ImageFormProps {
  readonly name: string
  readonly image: string
  readonly onChange: (image: string) => void
}

function ImageForm({ name, image, onChange }: ImageFormProps): ReactNode {
  return (
    <form
      className="insp-image"
      onSubmit={(event) => {
        event.preventDefault()
        const next = String(new FormData(event.currentTarget).get('image')).trim()
        if (next !== '' && next !== image) onChange(next)
      }}
    >
      <label>
        <strong>{name}</strong>
        <input className="kit-input kit-mono" name="image" defaultValue={image} spellCheck={false} autoComplete="off" />
      </label>
      <button type="submit" className="kit-button">
        Set image
      </button>
    </form>
  )
}

/** The pods that a workload controls, also through its replica sets, in order of name. */
function podsOf(workload: KObject, objects: ReadonlyMap<string, KObject>): Pod[] {
  const uids = new Set([workload.metadata.uid])
  for (const object of objects.values())
    if (object.kind === 'ReplicaSet' && uids.has(controllerOf(object)?.uid)) uids.add(object.metadata.uid)
  const pods: Pod[] = []
  for (const object of objects.values()) {
    const owner = object.kind === 'Pod' ? controllerOf(object)?.uid : undefined
    if (owner !== undefined && uids.has(owner)) pods.push(object as Pod)
  }
  return pods.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

/** A ReplicationController's selector is a bare map. */
function plainSelector(selector: unknown): Record<string, string> | undefined {
  if (typeof selector !== 'object' || selector === null) return undefined
  const pairs = Object.entries(selector).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return Object.fromEntries(pairs)
}
