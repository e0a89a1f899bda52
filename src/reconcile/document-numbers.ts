export { isSameNumber, plainDocumentNumber } from '../identity/document-numbers.js';
