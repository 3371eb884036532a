import { promises as dns } from 'node:dns';
import { connect } from 'node:net';
import * as tls from 'node:tls';
import type { Json } from '../evidence';
import type { AddressSeen } from '../facts/view';
import { NAME_TIMEOUT, outcomeOf, timedOut } from '../reach/answer';
import type { Wire } from '../reach/wire';
import type { Probe } from './probe';

const TIMEOUT_MS = 3000;

/** Each address of the name for itself: connected, encrypted, certified. */
export const address: Probe = {
  id: 'address',
  doing: 'names, addresses and certificates',
  protocols: ['socket.io', 'websocket'],
  quick: true,
  seconds: () => 0.3,
  async run({ wire }) {
    const { target } = wire;
    const at = wire.now();
    let addresses: readonly string[] = target.addresses;
    let error: string | undefined;
    if (addresses.length === 0) {
      try {
        addresses = await resolved(target.host);
      } catch (failure) {
        error = (failure as NodeJS.ErrnoException).code ?? String(failure);
      }
    }
    const answer = { addresses, ...(error === undefined ? {} : { error }) };
    wire.record('lookup', { host: target.host }, answer, at, wire.now() - at);
    await Promise.all(addresses.slice(0, 8).map((one) => ask(wire, one)));
  },
};

/** The system may take far longer to give up, and cannot be told to. */
async function resolved(host: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: NAME_TIMEOUT })), TIMEOUT_MS);
  });
  try {
    const found = await Promise.race([dns.lookup(host, { all: true, verbatim: true }), late]);
    return [...new Set(found.map(({ address }) => address))];
  } finally {
    clearTimeout(timer);
  }
}

async function ask(wire: Wire, address: string): Promise<void> {
  const giveBack = await wire.place();
  const at = wire.now();
  const seen = await greet(wire, address);
  giveBack();
  wire.record('address', { address, port: wire.target.port }, seen as unknown as Json, at, wire.now() - at);
}

function greet({ target }: Wire, address: string): Promise<AddressSeen> {
  return new Promise((resolve) => {
    const socket = target.secure
      ? tls.connect({
          host: address,
          port: target.port,
          rejectUnauthorized: false,
          ALPNProtocols: ['h2', 'http/1.1'],
          ...(/^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host }),
          ...(target.ca === undefined ? {} : { ca: target.ca }),
          checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(target.host, certificate),
        })
      : connect({ host: address, port: target.port });
    const finish = (seen: AddressSeen) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(seen);
    };
    let taken = false;
    socket.once('connect', () => {
      taken = true;
    });
    const timer = setTimeout(() => finish({ ...outcomeOf(timedOut()), ...(taken ? { taken } : {}) }), TIMEOUT_MS);
    socket.once('error', (error) => finish(outcomeOf(error)));
    socket.once('close', () => finish({ outcome: 'closed' }));
    socket.once(target.secure ? 'secureConnect' : 'connect', () => {
      finish(socket instanceof tls.TLSSocket ? certified(socket, target.host) : { outcome: 'connected' });
    });
  });
}

function certified(socket: tls.TLSSocket, host: string): AddressSeen {
  const certificate = socket.getPeerCertificate();
  // Without rejection Node only notes that the chain is bad; the name has to be checked here.
  const chain = socket.authorized ? undefined : String(socket.authorizationError);
  const name = Object.keys(certificate).length === 0 ? undefined : tls.checkServerIdentity(host, certificate);
  // The subject alone names nobody: no browser has read it since 2017, and Node still does.
  const names = certificate.subjectaltname ?? '';
  const expired = Date.parse(certificate.valid_to) < Date.now() ? 'CERT_HAS_EXPIRED' : undefined;
  const known = chain === 'ERR_TLS_CERT_ALTNAME_INVALID' ? undefined : chain;
  return {
    outcome: 'connected',
    alpn: socket.alpnProtocol === false ? null : socket.alpnProtocol,
    tls: {
      protocol: socket.getProtocol(),
      subject: String(certificate.subject?.CN ?? ''),
      names,
      issuer: String(certificate.issuer?.CN ?? certificate.issuer?.O ?? ''),
      validFrom: certificate.valid_from ?? '',
      validTo: certificate.valid_to ?? '',
      problem: expired ?? (name === undefined && names !== '' ? (known ?? null) : 'ERR_TLS_CERT_ALTNAME_INVALID'),
    },
  };
}
