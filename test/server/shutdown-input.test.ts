import { createServer } from 'node:http';
import { GracefulShutdown, type GracefulShutdownProps, serverTiming } from '../../lib/server';
import { deriveTiming } from '../../lib/timing';

describe('the input of a shutdown', () => {
  const timing = serverTiming(deriveTiming());

  it('fails with everything that cannot be meant', () => {
    expect(
      () => new GracefulShutdown({ http: createServer(), timing, reason: 'x'.repeat(124), closeCode: 1000 as 1001 }),
    ).toThrow(
      [
        '2 problems:',
        '  - reason: 124 bytes are more than a close frame holds; give 123 at most',
        '  - closeCode: 1000 does not ask clients to come back; give 1012 or 1001',
      ].join('\n'),
    );
    expect(() => new GracefulShutdown({} as unknown as GracefulShutdownProps)).toThrow(
      [
        '2 problems:',
        '  - http: is missing; give the server that everything is attached to',
        '  - timing: is missing; give timingFromEnvironment()',
      ].join('\n'),
    );
  });

  it('takes a reason that fills a close frame', () => {
    expect(() => new GracefulShutdown({ http: createServer(), timing, reason: `${'ü'.repeat(61)}.` })).not.toThrow();
    expect(() => new GracefulShutdown({ http: createServer(), timing, reason: 'ü'.repeat(62) })).toThrow('124 bytes');
  });
});
