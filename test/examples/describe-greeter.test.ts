import { greeter } from '@acme/greeter';
import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { describe, it } from 'vitest';

describePlugin({ describe, it }, greeter({ greeting: 'Servus' }));
