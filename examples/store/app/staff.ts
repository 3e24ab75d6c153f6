/** Who works here. Keys are enough for an example; examples/conduit has people who sign in with passwords. */
import { defineGuard, unauthorized } from '@oxidite/http';

/** The clerk of a request; the audit trail writes down the name. */
export interface Clerk {
  name: string | undefined;
}

declare module '@oxidite/kernel' {
  interface Services {
    readonly clerk: Clerk;
  }
}

const DEVELOPMENT_KEYS = 'ada:key-of-ada,bob:key-of-bob';

/** Lets only the staff pass: `x-api-key` is one of `STAFF_KEYS`, as `name:key,name:key`. */
export const staff = defineGuard({
  name: 'staff',
  security: { scheme: 'staff', definition: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
  check({ headers }, { clerk, env }) {
    const keys = env['STAFF_KEYS'] ?? (env['NODE_ENV'] === 'production' ? '' : DEVELOPMENT_KEYS);
    const clerks = new Map(keys.split(',').map((entry) => [entry.slice(entry.indexOf(':') + 1), entry.slice(0, entry.indexOf(':'))]));
    const name = clerks.get(String(headers['x-api-key'] ?? ''));
    if (!name) throw unauthorized('Staff only.');
    clerk.name = name;
  },
});
