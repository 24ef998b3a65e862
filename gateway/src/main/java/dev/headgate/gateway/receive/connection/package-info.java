/// What both receivers know of connections, whatever their transport: how many there may be, how
/// long they may be silent, and why they ended.
@NullMarked
package dev.headgate.gateway.receive.connection;

import org.jspecify.annotations.NullMarked;
