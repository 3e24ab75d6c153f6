import { http } from '@oxidite/http';
import { openapi } from '@oxidite/openapi';
import { defineConfig } from 'oxidite';

export default defineConfig({
  plugins: [
    http({
      versioning: {
        by: 'path',
        deprecations: { 1: { since: '2026-07-01', sunset: '2027-07-01', link: 'https://api.example.com/docs/from-1-to-2' } },
      },
    }),
    openapi({ info: { title: 'Library', version: '2.0.0' } }),
  ],
});
