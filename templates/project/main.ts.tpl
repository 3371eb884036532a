import { main } from 'holdfast/environments';
import { ENVIRONMENTS } from './environments';

// Writes manifests/<environment>/, a file for each object, or says everything that is wrong and writes nothing.
main(ENVIRONMENTS);
