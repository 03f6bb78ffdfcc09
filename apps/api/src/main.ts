import { x } from '@app/database'; console.log(x, __dirname);
