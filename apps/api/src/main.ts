import './compile-cache';
import { serve } from './serve';

void serve();
