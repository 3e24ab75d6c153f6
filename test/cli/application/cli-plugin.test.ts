import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { describe, it } from 'vitest';
import { createCliPlugin } from '../../../plugins/cli/src/application/cli-plugin.ts';

describePlugin({ describe, it }, createCliPlugin('1.0.0').plugin);
