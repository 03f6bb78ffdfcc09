import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { connect, embeddedUrl } from './support/database';
import { WriteLoad } from './support/load';

/** `kill -9` of the API, again and again, while people write. */
export const drill: Drill = {
  name: 'kill-api',
  what: 'kill -9 of the API under write load, started again each time: what was acknowledged is there, once, with one event',
  // The drill of PostgreSQL kills the API too.
  quick: false,
  async run(scene: Scene) {
    const dataDir = join(scene.folder, 'data');
    const api = await Api.start(scene, { DATA_DIR: dataDir });
    const load = new WriteLoad(api.port, await api.signIn());
    const kills = 12;
    for (let i = 1; i <= kills; i++) {
      await load.more(100);
      // At another moment of a request each time.
      await pause(Math.random() * 20);
      await api.kill();
      scene.say(`killed ${i} of ${kills} times, ${load.acknowledged.length} writes acknowledged so far`);
      await api.restart();
    }
    await load.more(10);
    await load.stop();
    scene.count('kills', kills);
    const client = await api.client();
    await auditFor(scene, load, await connect(scene, embeddedUrl(dataDir)), client);
    client.close();
  },
};
