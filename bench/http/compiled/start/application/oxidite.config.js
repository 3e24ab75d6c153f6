import { http } from '@oxidite/http';
import { defineConfig } from 'oxidite';

export default defineConfig({ plugins: [http()] });
