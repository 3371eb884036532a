import { main } from '../lib/environments';
import { ENVIRONMENTS } from './environments';

main(ENVIRONMENTS);
