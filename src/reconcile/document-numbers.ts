/** Rules compare numbers of conclusions and recognition decisions as the city's own import does. */
export { isSameNumber, plainDocumentNumber } from '../identity/document-numbers.js';
