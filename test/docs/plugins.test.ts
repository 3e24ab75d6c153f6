import { describeDocuments } from './support/describe-documents.ts';

describeDocuments('plugins/*/*.md');
