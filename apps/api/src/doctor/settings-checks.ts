import type { Config } from '../config/config';
import { publicUrlOf } from '../config/config';
import { testedNode } from '../version';
import { examine, type Finding } from './finding';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/;
const JWT_BYTES = 32;

/** The version of Node, and settings that can be read but probably do not fit the installation. */
export function settingsFindings(config: Config): Promise<Finding[]> {
  return Promise.all([nodeFinding(), publicUrlFinding(config), proxyFinding(config), signingFinding(config)]);
}

function nodeFinding(running = process.versions.node): Promise<Finding> {
  return examine('node', (check) => {
    const line = (release: string) => release.split('.', 1)[0];
    if (testedNode === undefined || line(testedNode) === line(running)) return check.ok(`Node ${running}`);
    return check.warning(
      `Node ${running}, while this release was tested on ${testedNode}`,
      'Start it by npm start, or use that line of Node: npm brings it along.',
    );
  });
}

function publicUrlFinding(config: Config): Promise<Finding> {
  return examine('settings.public_url', (check) => {
    const { protocol, hostname } = new URL(publicUrlOf(config));
    const told = publicUrlOf(config);
    if (config.PUBLIC_URL === undefined && !LOOPBACK.test(config.HOST)) {
      return check.warning(
        `The server listens on ${config.HOST}, and its links lead to ${told}`,
        'Set PUBLIC_URL to where people reach it: links in mails and answers are made of it.',
      );
    }
    if (protocol === 'http:' && !LOOPBACK.test(hostname)) {
      return check.warning(
        `${told} is not encrypted: passwords and tokens can be read on the way`,
        'Put a proxy that speaks TLS before it, and set PUBLIC_URL to its https:// address.',
      );
    }
    return check.ok(told);
  });
}

function proxyFinding({ PUBLIC_URL, TRUST_PROXY }: Config): Promise<Finding> {
  return examine('settings.trust_proxy', (check) => {
    if (PUBLIC_URL?.startsWith('https:') && TRUST_PROXY.length === 0) {
      return check.warning(
        'PUBLIC_URL speaks TLS, so there is a proxy, and TRUST_PROXY is not set: all clients count as one address',
        'Set TRUST_PROXY to the address of the proxy, or limits for one address hold for all people together.',
      );
    }
    return check.ok(
      TRUST_PROXY.length ? `X-Forwarded-* of ${TRUST_PROXY.join(', ')} is believed` : 'no proxy is believed',
    );
  });
}

function signingFinding({ DATABASE_URL, JWT_SECRET }: Config): Promise<Finding> {
  return examine('settings.jwt_secret', (check) => {
    const bytes = Buffer.byteLength(JWT_SECRET ?? '');
    if (JWT_SECRET === undefined && DATABASE_URL === undefined)
      return check.ok('made by the server, kept in DATA_DIR');
    if (bytes >= JWT_BYTES) return check.ok(`${bytes} bytes`);
    return check.failed(
      JWT_SECRET === undefined
        ? 'It is not set, and with DATABASE_URL it must be'
        : `It has ${bytes} bytes of ${JWT_BYTES}`,
      'Set JWT_SECRET (openssl rand -base64 48), the same for every process that serves this database.',
    );
  });
}
