import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import aws4, { type Credentials, type Request } from 'aws4';

/** Signs requests of one service, in one region, with credentials that stay. */
export function createSigner(
  service: string,
  region: string,
  credentials: Credentials & { secretAccessKey: string },
): (request: Request) => Request {
  let today: { date: string; key: KeyObject } | null = null;

  /** The library would derive the key's form anew with each request, which takes Node ten times what the signature does. */
  class Signer extends aws4.RequestSigner {
    override signature(): string {
      const date = this.getDate();
      if (today?.date !== date) today = { date, key: keyOf([date, region, service, 'aws4_request']) };
      return createHmac('sha256', today.key).update(this.stringToSign()).digest('hex');
    }
  }

  function keyOf(scope: readonly string[]): KeyObject {
    const secret = createSecretKey(`AWS4${credentials.secretAccessKey}`, 'utf8');
    return scope.reduce((key, part) => createSecretKey(createHmac('sha256', key).update(part).digest()), secret);
  }

  return (request) => new Signer({ service, region, ...request }, credentials).sign();
}
