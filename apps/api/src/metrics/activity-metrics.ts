import { Counter, Gauge, type Registry } from 'prom-client';
import { uploadsObserved } from '../attachments/attachment.observations';
import { signInsJudged } from '../auth/auth.observations';
import { relayRan } from '../events/event.observations';

/** What this process does, as its modules tell it. */
export function countActivities(registry: Registry): void {
  const registers = [registry];
  const signIns = new Counter({
    name: 'fuse_sign_ins_total',
    help: 'Attempts to sign in, by outcome: accepted, refused (name or password wrong) or limited (too many attempts)',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['accepted', 'refused', 'limited']) signIns.inc({ outcome }, 0);
  signInsJudged.listen(({ outcome }) => signIns.inc({ outcome }));

  const uploads = new Gauge({
    name: 'fuse_uploads_in_progress',
    help: 'Files that are coming in at this moment',
    registers,
  });
  uploadsObserved.listen(({ step }) => (step === 'begun' ? uploads.inc() : uploads.dec()));

  const relayed = new Counter({
    name: 'fuse_events_relayed_total',
    help: 'Events that this process gave their position',
    registers,
  });
  const failures = new Counter({
    name: 'fuse_event_relay_failures_total',
    help: 'Looks at the outbox that failed',
    registers,
  });
  relayRan.listen((run) => ('failed' in run ? failures.inc() : relayed.inc(run.relayed)));
}
