export { SessionProvider, useActions, useMoment, usePlayhead, useReveal, useSession } from './use-session.ts'
