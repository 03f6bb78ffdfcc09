import { networks, origins } from './network-settings';

describe('CORS_ORIGINS', () => {
  it('takes origins as browsers send them, separated by commas', () => {
    const given = 'https://app.example.org, http://localhost:5173,http://[::1]:8080';
    expect(origins.parse(given)).toEqual([
      'https://app.example.org',
      'http://localhost:5173',
      'http://[::1]:8080',
    ]);
  });

  it.each(['*', 'app.example.org', 'https://app.example.org/', 'https://App.example.org', 'null'])(
    'refuses %s, which no browser sends',
    (given) => expect(origins.safeParse(given).success).toBe(false),
  );
});

describe('TRUST_PROXY', () => {
  it('takes addresses and networks, separated by commas', () => {
    const given = '127.0.0.1, 10.0.0.0/8,::1,fd00::/8';
    expect(networks.parse(given)).toEqual(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']);
  });

  it.each(['true', '1', '10.0.0.0/33', '10.0.0.0/0', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/'])(
    'refuses %s',
    (given) => expect(networks.safeParse(given).success).toBe(false),
  );
});
