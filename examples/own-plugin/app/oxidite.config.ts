import type {} from '@acme/greeter'; // with it, the options below are checked while you type
import { http } from '@oxidite/http';
import { defineConfig } from 'oxidite';

export default defineConfig({
  plugins: [http(), ['@acme/greeter', { greeting: 'Servus' }]],
  setup(kernel) {
    kernel.tap('greeter:greeting', (text) => `${text}!`);
  },
});
