import { describeDocuments } from './support/describe-documents.ts';

describeDocuments('{*,docs/*,plugin-sdk/*}.md');
