import './compile-cache';
import './tracing/early';
import { serve } from './serve';

void serve();
