"""Names of metrics, labels and label values, in the classes that Dynamo 1.6.1 has them in.

A metric's constant is its name without the prefix of its family: `frontend_service.REQUESTS_TOTAL` is
`"requests_total"`, on the page `dynamo_frontend_requests_total`.

Made by catalogue/generate.py from the data beside it; edit that.
"""

from __future__ import annotations

__all__ = [
    "component_names",
    "distributed_runtime",
    "frontend_perf",
    "frontend_service",
    "kv_publisher",
    "kvbm",
    "kvindexer",
    "kvrouter",
    "kvstats",
    "labels",
    "lifecycle",
    "model_info",
    "name_prefix",
    "request_plane",
    "router",
    "router_request",
    "routing_overhead",
    "task_tracker",
    "tokio_perf",
    "transport",
    "trtllm_additional",
    "work_handler",
]


class component_names:
    """Component names."""

    ROUTER = "router"


class distributed_runtime:
    """Runtime."""

    # Seconds since the runtime was made, as of this scrape.
    UPTIME_SECONDS = "uptime_seconds"


class frontend_perf:
    """Frontend: stages."""

    # How long a request stays in a stage.
    STAGE_DURATION_SECONDS = "stage_duration_seconds"
    # Requests in a stage.
    STAGE_REQUESTS = "stage_requests"
    # Turning a prompt into tokens.
    TOKENIZE_SECONDS = "tokenize_seconds"
    # Filling in the chat template.
    TEMPLATE_SECONDS = "template_seconds"
    # Prompts whose prefix was in the tokenizer's cache.
    TOKENIZER_CACHE_HITS_TOTAL = "tokenizer_cache_hits_total"
    # Prompts of which nothing was in the tokenizer's cache.
    TOKENIZER_CACHE_MISSES_TOTAL = "tokenizer_cache_misses_total"
    # Tokens that came from the tokenizer's cache.
    TOKENIZER_CACHE_CACHED_TOKENS_TOTAL = "tokenizer_cache_cached_tokens_total"
    # Tokens that had to be made.
    TOKENIZER_CACHE_UNCACHED_TOKENS_TOTAL = "tokenizer_cache_uncached_tokens_total"
    # Time spent on turning tokens into text, in microseconds.
    DETOKENIZE_TOTAL_US = "detokenize_total_us"
    # Tokens turned into text.
    DETOKENIZE_TOKEN_COUNT = "detokenize_token_count"
    # How late the event loop wakes.
    EVENT_LOOP_DELAY_SECONDS = "event_loop_delay_seconds"
    # Times the event loop woke more than 5 ms late.
    EVENT_LOOP_STALL_TOTAL = "event_loop_stall_total"
    STAGE_PREPROCESS = "preprocess"
    STAGE_ROUTE = "route"
    STAGE_DISPATCH = "dispatch"


class frontend_service:
    """Frontend."""

    # Requests that the frontend took on.
    REQUESTS_STARTED_TOTAL = "requests_started_total"
    # Requests that are done, by how they ended.
    REQUESTS_TOTAL = "requests_total"
    # Requests that failed for good.
    FAILURES_TOTAL = "failures_total"
    # Requests between their arrival and the end of their response.
    ACTIVE_REQUESTS = "active_requests"
    # The same as active_requests, under its older name.
    INFLIGHT_REQUESTS = "inflight_requests"
    # Requests that have had no first response yet.
    QUEUED_REQUESTS = "queued_requests"
    # Clients that left before their response was whole.
    DISCONNECTED_CLIENTS = "disconnected_clients"
    # From a request's arrival to the end of its response.
    REQUEST_DURATION_SECONDS = "request_duration_seconds"
    # From a request's arrival to its first token.
    TIME_TO_FIRST_TOKEN_SECONDS = "time_to_first_token_seconds"
    # Time between one token of a request and the next.
    INTER_TOKEN_LATENCY_SECONDS = "inter_token_latency_seconds"
    # From an embedding request's arrival to its response.
    EMBEDDING_LATENCY_SECONDS = "embedding_latency_seconds"
    # Prompt tokens of a request.
    INPUT_SEQUENCE_TOKENS = "input_sequence_tokens"
    # Generated tokens of a request.
    OUTPUT_SEQUENCE_TOKENS = "output_sequence_tokens"
    # Prompt tokens of a request found in the prefix cache.
    CACHED_TOKENS = "cached_tokens"
    # Generated tokens, counted as they come.
    OUTPUT_TOKENS_TOTAL = "output_tokens_total"
    # How long the tokenizer takes, in milliseconds.
    TOKENIZER_LATENCY_MS = "tokenizer_latency_ms"
    # Part of a request's blocks expected in the chosen worker's cache, 0 to 1.
    KV_HIT_RATE = "kv_hit_rate"
    # Upper bound of the time to move KV blocks between workers.
    KV_TRANSFER_ESTIMATED_LATENCY_SECONDS = "kv_transfer_estimated_latency_seconds"
    # Part of a request's blocks in the shared cache, 0 to 1.
    SHARED_CACHE_HIT_RATE = "shared_cache_hit_rate"
    # Blocks in the shared cache that the chosen worker lacks.
    SHARED_CACHE_BEYOND_BLOCKS = "shared_cache_beyond_blocks"
    # Overlapping blocks given up by choosing another worker.
    OVERLAP_BLOCKS_LOST = "overlap_blocks_lost"
    # Cached prefix tokens on the best worker of each choice.
    KV_BEST_ELIGIBLE_CACHED_PREFIX_TOKENS_TOTAL = "kv_best_eligible_cached_prefix_tokens_total"
    # Cached prefix tokens on the chosen worker.
    KV_SELECTED_CACHED_PREFIX_TOKENS_TOTAL = "kv_selected_cached_prefix_tokens_total"
    # Prompt tokens that workers say they reused.
    KV_WORKER_REUSED_TOKENS_TOTAL = "kv_worker_reused_tokens_total"
    # Times a worker with less overlap than another was chosen.
    NON_MAX_OVERLAP_SELECTIONS_TOTAL = "non_max_overlap_selections_total"
    # Images in a request.
    IMAGES_PER_REQUEST = "images_per_request"
    # Videos in a request.
    VIDEOS_PER_REQUEST = "videos_per_request"
    # Audio clips in a request.
    AUDIO_PER_REQUEST = "audio_per_request"
    # Tokens that stand for a request's images.
    IMAGE_TOKENS_PER_REQUEST = "image_tokens_per_request"
    # 1 while some worker can serve the model.
    MODEL_READY = "model_ready"
    # KV cache blocks of a worker that serves the model.
    MODEL_TOTAL_KV_BLOCKS = "model_total_kv_blocks"
    # Sequences that a worker of the model runs at a time.
    MODEL_MAX_NUM_SEQS = "model_max_num_seqs"
    # Tokens in a batch of a worker of the model.
    MODEL_MAX_NUM_BATCHED_TOKENS = "model_max_num_batched_tokens"
    # Tokens that the model can look at.
    MODEL_CONTEXT_LENGTH = "model_context_length"
    # Tokens in a KV cache block of the model.
    MODEL_KV_CACHE_BLOCK_SIZE = "model_kv_cache_block_size"
    # How often a request of the model may move to another worker.
    MODEL_MIGRATION_LIMIT = "model_migration_limit"
    # Requests that were moved to another worker.
    MODEL_MIGRATION_TOTAL = "model_migration_total"
    # From a failure to the request's recovery or end.
    MODEL_MIGRATION_DURATION_SECONDS = "model_migration_duration_seconds"
    # Requests that were too long to be moved.
    MODEL_MIGRATION_MAX_SEQ_LEN_EXCEEDED_TOTAL = "model_migration_max_seq_len_exceeded_total"
    # Requests that were cancelled.
    MODEL_CANCELLATION_TOTAL = "model_cancellation_total"
    # Requests that were refused for lack of room.
    MODEL_REJECTION_TOTAL = "model_rejection_total"
    # KV cache blocks in use on a worker.
    WORKER_ACTIVE_DECODE_BLOCKS = "worker_active_decode_blocks"
    # Prompt tokens that a worker has yet to read.
    WORKER_ACTIVE_PREFILL_TOKENS = "worker_active_prefill_tokens"
    # A worker's last time to a first token.
    WORKER_LAST_TIME_TO_FIRST_TOKEN_SECONDS = "worker_last_time_to_first_token_seconds"
    # Prompt tokens of the request behind that time.
    WORKER_LAST_INPUT_SEQUENCE_TOKENS = "worker_last_input_sequence_tokens"
    # A worker's last time between tokens.
    WORKER_LAST_INTER_TOKEN_LATENCY_SECONDS = "worker_last_inter_token_latency_seconds"
    # Requests in the router's queue.
    ROUTER_QUEUE_PENDING_REQUESTS = "router_queue_pending_requests"
    # Replicas of a LoRA adapter.
    LORA_REPLICA_FACTOR = "lora_replica_factor"
    # 1 while a LoRA adapter is in use.
    LORA_IS_ACTIVE = "lora_is_active"
    # Requests for a LoRA adapter in the window.
    LORA_ESTIMATED_LOAD = "lora_estimated_load"
    # Requests for a LoRA adapter that arrived in the window.
    LORA_RAW_ARRIVAL_COUNT = "lora_raw_arrival_count"
    # Requests in flight for a LoRA adapter.
    LORA_ACTIVE_REQUESTS = "lora_active_requests"
    # LoRA adapters placed.
    LORA_CHURN_LOADS_TOTAL = "lora_churn_loads_total"
    # LoRA adapters taken away.
    LORA_CHURN_UNLOADS_TOTAL = "lora_churn_unloads_total"
    # Replicas of LoRA adapters that found no place.
    LORA_OVERFLOW_COUNT = "lora_overflow_count"
    METRICS_PREFIX_ENV = "DYN_METRICS_PREFIX"
    MIGRATION_TYPE_LABEL = "migration_type"
    MIGRATION_OUTCOME_LABEL = "outcome"
    OPERATION_LABEL = "operation"

    class error_type:
        """Error type."""

        NONE = ""
        VALIDATION = "validation"
        NOT_FOUND = "not_found"
        OVERLOAD = "overload"
        UNAVAILABLE = "unavailable"
        CANCELLED = "cancelled"
        RESPONSE_TIMEOUT = "response_timeout"
        INTERNAL = "internal"
        NOT_IMPLEMENTED = "not_implemented"

    class migration_outcome:
        """Migration outcome."""

        SUCCESS = "success"
        FAILURE = "failure"
        CANCELLED = "cancelled"

    class migration_type:
        """Migration type."""

        NEW_REQUEST = "new_request"
        ONGOING_REQUEST = "ongoing_request"

    class operation:
        """Operation."""

        TOKENIZE = "tokenize"
        DETOKENIZE = "detokenize"

    class request_type:
        """Request type."""

        STREAM = "stream"
        UNARY = "unary"

    class status:
        """Status."""

        SUCCESS = "success"
        ERROR = "error"


class kv_publisher:
    """Component: KV event publisher."""

    # Events that engines dropped, seen as gaps in their ids.
    ENGINES_DROPPED_EVENTS_TOTAL = "kv_publisher_engines_dropped_events_total"
    # KV events that the relay saw.
    ZMQ_EVENTS_TOTAL = "kv_publisher_zmq_events_total"
    # KV events filtered out before conversion.
    ZMQ_FILTERED_EVENTS_TOTAL = "kv_publisher_zmq_filtered_events_total"
    # KV events that could not be converted.
    ZMQ_CONVERSION_ISSUES_TOTAL = "kv_publisher_zmq_conversion_issues_total"
    # KV events that looked odd and were passed on.
    ZMQ_SUSPICIOUS_EVENTS_TOTAL = "kv_publisher_zmq_suspicious_events_total"


class kvbm:
    """KV block manager."""

    # Tokens found in the cache.
    MATCHED_TOKENS = "matched_tokens"
    # Blocks moved from device to host.
    OFFLOAD_BLOCKS_D2H = "offload_blocks_d2h"
    # Blocks moved from host to disk.
    OFFLOAD_BLOCKS_H2D = "offload_blocks_h2d"
    # Blocks moved from device to disk, past the host.
    OFFLOAD_BLOCKS_D2D = "offload_blocks_d2d"
    # Blocks moved from device to object storage.
    OFFLOAD_BLOCKS_D2O = "offload_blocks_d2o"
    # Blocks brought from host to device.
    ONBOARD_BLOCKS_H2D = "onboard_blocks_h2d"
    # Blocks brought from disk to device.
    ONBOARD_BLOCKS_D2D = "onboard_blocks_d2d"
    # Blocks brought from object storage to device.
    ONBOARD_BLOCKS_O2D = "onboard_blocks_o2d"
    # Bytes written to object storage.
    OFFLOAD_BYTES_OBJECT = "offload_bytes_object"
    # Bytes read from object storage.
    ONBOARD_BYTES_OBJECT = "onboard_bytes_object"
    # Blocks that could not be read from object storage.
    OBJECT_READ_FAILURES = "object_read_failures"
    # Blocks that could not be written to object storage.
    OBJECT_WRITE_FAILURES = "object_write_failures"
    # Part of the look-ups in the host cache that found something, in a sliding window, 0 to 1.
    HOST_CACHE_HIT_RATE = "host_cache_hit_rate"
    # Part of the look-ups in the disk cache that found something, in a sliding window, 0 to 1.
    DISK_CACHE_HIT_RATE = "disk_cache_hit_rate"
    # Part of the look-ups in object storage that found something, in a sliding window, 0 to 1.
    OBJECT_CACHE_HIT_RATE = "object_cache_hit_rate"


class kvindexer:
    """KV indexer."""

    # How long the indexer's HTTP requests take.
    REQUEST_DURATION_SECONDS = "request_duration_seconds"
    # HTTP requests to the indexer.
    REQUESTS_TOTAL = "requests_total"
    # HTTP requests to the indexer answered with 4xx or 5xx.
    ERRORS_TOTAL = "errors_total"
    # Models and tenants that have an index.
    MODELS = "models"
    # Workers that are registered.
    WORKERS = "workers"


class kvrouter:
    """Component: KV events."""

    # KV cache events that the index took or refused, by status.
    KV_CACHE_EVENTS_APPLIED = "kv_cache_events_applied"


class kvstats:
    """Component: KV cache."""

    # KV cache blocks that the worker has.
    TOTAL_BLOCKS = "total_blocks"
    # Part of the KV cache that is in use, 0 to 1.
    GPU_CACHE_USAGE_PERCENT = "gpu_cache_usage_percent"
    # Part of the prompt tokens found in the prefix cache, 0 to 1.
    KV_CACHE_HIT_RATE = "kv_cache_hit_rate"


class labels:
    """Labels."""

    COMPONENT = "dynamo_component"
    NAMESPACE = "dynamo_namespace"
    ENDPOINT = "dynamo_endpoint"
    DP_RANK = "dp_rank"
    WORKER_ID = "worker_id"
    MODEL = "model"
    MODEL_NAME = "model_name"
    WORKER_TYPE = "worker_type"
    ROUTER_ID = "router_id"


class lifecycle:
    """Component: lifecycle."""

    # How long the last clean-up took.
    CLEANUP_TIME_SECONDS = "cleanup_time_seconds"
    # How long the last drain of open requests took.
    DRAIN_TIME_SECONDS = "drain_time_seconds"


class model_info:
    """Component: model."""

    # How long it took to load the model.
    LOAD_TIME_SECONDS = "model_load_time_seconds"


class name_prefix:
    """Name prefix."""

    COMPONENT = "dynamo_component"
    FRONTEND = "dynamo_frontend"
    ROUTER = "dynamo_router"
    KVINDEXER = "dynamo_kvindexer"
    REQUEST_PLANE = "dynamo_request_plane"
    TRANSPORT = "dynamo_transport"
    WORK_HANDLER = "dynamo_work_handler"
    REJECTION = "dynamo_rejection"
    TOKIO = "dynamo_tokio"
    ROUTING_OVERHEAD = "dynamo_routing_overhead"


class request_plane:
    """Request plane."""

    # From a request's arrival to its sending.
    QUEUE_SECONDS = "queue_seconds"
    # How long sending a request takes.
    SEND_SECONDS = "send_seconds"
    # From sending a request to its first response.
    ROUNDTRIP_TTFT_SECONDS = "roundtrip_ttft_seconds"
    # Requests that were sent and not answered in full.
    INFLIGHT_REQUESTS = "inflight_requests"


class router:
    """Router."""

    # Requests that the router's scheduler admitted.
    REQUESTS_STARTED_TOTAL = "router_requests_started_total"
    # Requests that the router is done with.
    REQUESTS_TOTAL = "router_requests_total"
    # Time to the first token, seen from the router.
    TIME_TO_FIRST_TOKEN_SECONDS = "router_time_to_first_token_seconds"
    # A request's mean time between tokens, seen from the router.
    INTER_TOKEN_LATENCY_SECONDS = "router_inter_token_latency_seconds"
    # Prompt tokens of a request.
    INPUT_SEQUENCE_TOKENS = "router_input_sequence_tokens"
    # Generated tokens of a request.
    OUTPUT_SEQUENCE_TOKENS = "router_output_sequence_tokens"
    # Part of a request's blocks expected in the chosen worker's cache, 0 to 1.
    KV_HIT_RATE = "router_kv_hit_rate"
    # Part of a request's blocks in the shared cache, 0 to 1.
    SHARED_CACHE_HIT_RATE = "router_shared_cache_hit_rate"
    # Blocks in the shared cache that the chosen worker lacks.
    SHARED_CACHE_BEYOND_BLOCKS = "router_shared_cache_beyond_blocks"
    # Times a worker with less overlap than another was chosen.
    NON_MAX_OVERLAP_SELECTIONS_TOTAL = "router_non_max_overlap_selections_total"
    # Overlapping blocks given up by such a choice.
    OVERLAP_BLOCKS_LOST = "router_overlap_blocks_lost"
    # Queries to a remote index that failed.
    REMOTE_INDEXER_QUERY_FAILURES_TOTAL = "router_remote_indexer_query_failures_total"
    # Writes to a remote index that failed.
    REMOTE_INDEXER_WRITE_FAILURES_TOTAL = "router_remote_indexer_write_failures_total"
    # Workers that should publish KV events and have no query endpoint.
    KV_EVENT_SOURCE_MISMATCH_WORKERS = "router_kv_event_source_mismatch_workers"
    # Cached prefix tokens on the best worker of each choice.
    KV_BEST_ELIGIBLE_CACHED_PREFIX_TOKENS_TOTAL = "router_kv_best_eligible_cached_prefix_tokens_total"
    # Cached prefix tokens on the chosen worker.
    KV_SELECTED_CACHED_PREFIX_TOKENS_TOTAL = "router_kv_selected_cached_prefix_tokens_total"
    # Prompt tokens that workers say they reused.
    KV_WORKER_REUSED_TOKENS_TOTAL = "router_kv_worker_reused_tokens_total"
    # 1 while the router knows this worker and rank.
    WORKER_REGISTERED = "router_worker_registered"


class router_request:
    """Router request."""

    METRIC_PREFIX = "router_"


class routing_overhead:
    """Router: overhead."""

    # Hashing a request's blocks, in milliseconds.
    BLOCK_HASHING_MS = "overhead_block_hashing_ms"
    # Hashing a request's sequence, in milliseconds.
    SEQ_HASHING_MS = "overhead_seq_hashing_ms"
    # Looking for matches in the index, in milliseconds.
    INDEXER_FIND_MATCHES_MS = "overhead_indexer_find_matches_ms"
    # Choosing a worker, in milliseconds.
    SCHEDULING_MS = "overhead_scheduling_ms"
    # All of the routing of a request, in milliseconds.
    TOTAL_MS = "overhead_total_ms"
    # Asking the shared cache, in milliseconds.
    SHARED_CACHE_QUERY_MS = "overhead_shared_cache_query_ms"
    # Queries and subscriptions of the shared cache that failed.
    SHARED_CACHE_ERRORS_TOTAL = "shared_cache_errors_total"


class task_tracker:
    """Component: tasks."""

    # Tasks that were handed in.
    TASKS_ISSUED_TOTAL = "tasks_issued_total"
    # Tasks that were begun.
    TASKS_STARTED_TOTAL = "tasks_started_total"
    # Tasks that ended well.
    TASKS_SUCCESS_TOTAL = "tasks_success_total"
    # Tasks that were cancelled.
    TASKS_CANCELLED_TOTAL = "tasks_cancelled_total"
    # Tasks that failed.
    TASKS_FAILED_TOTAL = "tasks_failed_total"
    # Tasks that were refused.
    TASKS_REJECTED_TOTAL = "tasks_rejected_total"


class tokio_perf:
    """Runtime threads of upstream."""

    # Mean time of a poll, in nanoseconds.
    WORKER_MEAN_POLL_TIME_NS = "worker_mean_poll_time_ns"
    # Part of the time a thread is busy, 0 to 1.
    WORKER_BUSY_RATIO = "worker_busy_ratio"
    # Times a thread went to sleep.
    WORKER_PARK_COUNT_TOTAL = "worker_park_count_total"
    # Tasks in a thread's queue.
    WORKER_LOCAL_QUEUE_DEPTH = "worker_local_queue_depth"
    # Tasks taken from other threads.
    WORKER_STEAL_COUNT_TOTAL = "worker_steal_count_total"
    # Times a thread's queue ran over.
    WORKER_OVERFLOW_COUNT_TOTAL = "worker_overflow_count_total"
    # Tasks in the queue of all threads.
    GLOBAL_QUEUE_DEPTH = "global_queue_depth"
    # Tasks made to yield.
    BUDGET_FORCED_YIELD_TOTAL = "budget_forced_yield_total"
    # Warnings of long queues.
    QUEUE_OVERLOAD_WARNINGS_TOTAL = "queue_overload_warnings_total"
    # Threads for blocking work.
    BLOCKING_THREADS = "blocking_threads"
    # Threads for blocking work that wait.
    BLOCKING_IDLE_THREADS = "blocking_idle_threads"
    # Blocking work in the queue.
    BLOCKING_QUEUE_DEPTH = "blocking_queue_depth"
    # Tasks that have not ended.
    ALIVE_TASKS = "alive_tasks"


class transport:
    """Transport."""

    class nats:
        """Transport: NATS."""

        # Errors of NATS.
        ERRORS_TOTAL = "nats_errors_total"

    class tcp:
        """Transport: TCP."""

        # Connections of the pool in use.
        POOL_ACTIVE = "tcp_pool_active"
        # Connections of the pool that wait.
        POOL_IDLE = "tcp_pool_idle"
        # Bytes sent.
        BYTES_SENT_TOTAL = "tcp_bytes_sent_total"
        # Bytes received.
        BYTES_RECEIVED_TOTAL = "tcp_bytes_received_total"
        # Errors of connections.
        ERRORS_TOTAL = "tcp_errors_total"
        # Requests in the server's queue.
        SERVER_QUEUE_DEPTH = "tcp_server_queue_depth"
        # Connections that could not be taken for lack of descriptors or memory.
        ACCEPT_BACKOFF_TOTAL = "tcp_accept_backoff_total"


class trtllm_additional:
    """TensorRT-LLM: what Dynamo adds."""

    # Requests that were ended early.
    NUM_ABORTED_REQUESTS_TOTAL = "trtllm_num_aborted_requests_total"
    # Requests with images.
    REQUEST_TYPE_IMAGE_TOTAL = "trtllm_request_type_image_total"
    # Requests with guided decoding.
    REQUEST_TYPE_STRUCTURED_OUTPUT_TOTAL = "trtllm_request_type_structured_output_total"
    # KV cache transfers that went well.
    KV_TRANSFER_SUCCESS_TOTAL = "trtllm_kv_transfer_success_total"
    # How long a request's KV cache transfer takes.
    KV_TRANSFER_LATENCY_SECONDS = "trtllm_kv_transfer_latency_seconds"
    # Bytes of a request's KV cache transfer.
    KV_TRANSFER_BYTES = "trtllm_kv_transfer_bytes"
    # Speed of a request's KV cache transfer, in gigabytes per second.
    KV_TRANSFER_SPEED_GB_S = "trtllm_kv_transfer_speed_gb_s"
    # KV events that are buffered before older ones are dropped.
    KV_EVENT_BUFFER_CAPACITY = "trtllm_kv_event_buffer_capacity"
    # KV events taken at a time.
    KV_EVENT_DRAIN_BATCH_SIZE = "trtllm_kv_event_drain_batch_size"
    # KV events missing by their ids.
    KV_EVENT_ID_GAP_EVENTS_TOTAL = "trtllm_kv_event_id_gap_events_total"


class work_handler:
    """Component: work handler."""

    # Requests that the endpoint was given.
    REQUESTS_TOTAL = "requests_total"
    # Requests that the endpoint works on.
    INFLIGHT_REQUESTS = "inflight_requests"
    # Bytes of the requests received.
    REQUEST_BYTES_TOTAL = "request_bytes_total"
    # Bytes of the responses sent.
    RESPONSE_BYTES_TOTAL = "response_bytes_total"
    # From a request's arrival to the end of its answer.
    REQUEST_DURATION_SECONDS = "request_duration_seconds"
    # Requests that failed, by where.
    ERRORS_TOTAL = "errors_total"
    # Requests whose client stopped, killed or left them.
    CANCELLATION_TOTAL = "cancellation_total"
    # From the frontend's send to the worker's receipt, by both clocks.
    NETWORK_TRANSIT_SECONDS = "network_transit_seconds"
    # From a request's arrival to its first response.
    TIME_TO_FIRST_RESPONSE_SECONDS = "time_to_first_response_seconds"
    # How long requests wait for a place in the pool.
    PERMIT_WAIT_SECONDS = "permit_wait_seconds"
    # Requests in the work queue.
    QUEUE_DEPTH = "queue_depth"
    # How many requests the work queue can hold.
    QUEUE_CAPACITY = "queue_capacity"
    # Requests that the closed work queue refused.
    ENQUEUE_REJECTED_TOTAL = "enqueue_rejected_total"
    # Tasks of the pool that are at work.
    POOL_ACTIVE_TASKS = "pool_active_tasks"
    # How many tasks the pool can run at a time.
    POOL_CAPACITY = "pool_capacity"
    ERROR_TYPE_LABEL = "error_type"

    class error_types:
        """Error types."""

        DESERIALIZATION = "deserialization"
        INVALID_MESSAGE = "invalid_message"
        RESPONSE_STREAM = "response_stream"
        GENERATE = "generate"
        SERIALIZATION = "serialization"
        PUBLISH_RESPONSE = "publish_response"
        PUBLISH_FINAL = "publish_final"
