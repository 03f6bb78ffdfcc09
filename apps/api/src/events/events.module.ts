import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller';
import { EventRelay } from './event.relay';
import { EventsController } from './events.controller';
import { EventsService } from './events.service';

@Module({ controllers: [EventsController, AuditController], providers: [EventsService, EventRelay] })
export class EventsModule {}
