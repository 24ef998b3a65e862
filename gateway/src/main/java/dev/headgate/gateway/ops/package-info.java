/// What the operator's page shows: the gateway's counters as rates, and what went wrong lately.
@NullMarked
package dev.headgate.gateway.ops;

import org.jspecify.annotations.NullMarked;
