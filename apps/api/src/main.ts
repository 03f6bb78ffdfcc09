import './compile-cache';
import './source-maps';
import './tracing/early';
import { serve } from './serve';

void serve();
