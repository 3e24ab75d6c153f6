import { describeDocuments } from './support/describe-documents.ts';

describeDocuments('examples/*/*.md');
