/** What entities are in JSON, where they have more than MikroORM knows of. */
import { EntityTransformer, helper } from '@mikro-orm/core';
import type { ModelLayout } from '../model/model-layout.ts';
import type { EntityClass } from './create-entity-schemas.ts';
import { foldEmbedded } from './embedded-accessors.ts';
import { foldMorphs } from './morph-accessors.ts';

/** Lets the entities of a model have their embedded values, and their relations to one of several models, in JSON. */
export function defineJson(entityClass: EntityClass, layout: ModelLayout): void {
  if (layout.morphs.size === 0 && layout.embedded.size === 0) return;
  Object.defineProperty(entityClass.prototype, 'toJSON', {
    configurable: true,
    value: function toJSON(this: object) {
      const json = EntityTransformer.toObject(this) as Record<string, unknown>;
      if (!helper(this).isInitialized()) return json;
      foldEmbedded(json, this, layout);
      foldMorphs(json, this, layout);
      return json;
    },
  });
}
