import { enableCompileCache } from 'node:module';

// Imported before everything else: compiled code is kept between starts, which halves the time that loading takes.
enableCompileCache();
