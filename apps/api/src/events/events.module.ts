import { Module } from '@nestjs/common';
import { EventRelay } from './event.relay';
import { EventsController } from './events.controller';
import { EventsService } from './events.service';

@Module({ controllers: [EventsController], providers: [EventsService, EventRelay] })
export class EventsModule {}
