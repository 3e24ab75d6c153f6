import { http } from '@oxidite/http';
import { defineConfig } from 'oxidite';
import { Prices } from './app/prices.ts';

declare module '@oxidite/kernel' {
  interface Services {
    readonly prices: Prices;
  }
}

export default defineConfig({
  plugins: [http()],
  setup(kernel) {
    const prices = new Prices();
    const stopping = new AbortController();
    void prices.run(stopping.signal);
    kernel.provide('prices', () => prices);
    kernel.onDispose(() => stopping.abort());
  },
});
