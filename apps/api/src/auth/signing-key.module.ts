import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config';
import { SIGNING_KEY, signingKey } from './signing-key';

@Module({
  providers: [{ provide: SIGNING_KEY, inject: [CONFIG], useFactory: (config: Config) => signingKey(config) }],
  exports: [SIGNING_KEY],
})
export class SigningKeyModule {}
