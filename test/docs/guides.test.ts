import { describeDocuments } from './support/describe-documents.ts';

describeDocuments('docs/guides/!(database|migrations).md');
