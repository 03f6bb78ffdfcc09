import { channel, type Channel } from 'node:diagnostics_channel';

/** Something that happens, told to whoever counts it. Nobody does unless metrics are on, and then telling costs one look. */
export class Observation<Told extends object> {
  private readonly channel: Channel;

  /** @param name as other tools see it in this process, `fuse:` before it */
  constructor(name: string) {
    this.channel = channel(`fuse:${name}`);
  }

  tell(what: Told): void {
    if (this.channel.hasSubscribers) this.channel.publish(what);
  }

  listen(listener: (what: Told) => void): void {
    this.channel.subscribe((what) => listener(what as Told));
  }
}
