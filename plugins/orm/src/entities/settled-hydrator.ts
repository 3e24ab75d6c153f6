/**
 * Fills entities with what was read. While MikroORM does so, it takes a relation that is set for one that was read, and not for
 * a change; an error in between, as of a value that cannot be decrypted, must not leave it so for the whole application.
 */
import { ObjectHydrator } from '@mikro-orm/core';

/** MikroORM's hydrator, which is as before after an error too. */
export class SettledHydrator extends ObjectHydrator {
  override hydrate<Of extends object>(...parameters: Parameters<typeof ObjectHydrator.prototype.hydrate<Of>>): void {
    const { running } = this;
    try {
      super.hydrate(...parameters);
    } finally {
      this.running = running;
    }
  }

  override hydrateReference<Of extends object>(...parameters: Parameters<typeof ObjectHydrator.prototype.hydrateReference<Of>>): void {
    const { running } = this;
    try {
      super.hydrateReference(...parameters);
    } finally {
      this.running = running;
    }
  }
}
