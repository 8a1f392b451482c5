import DynInstrumentation
import DynModel
import DynRegistry
import DynSources
import Testing

@Suite("KVBlockManager and process_*")
struct ProcessAndKVTests {
    @Test("moves, tokens, bytes and failures are counted under upstream's names")
    func counts() throws {
        let node = try Node(connectionID: 1)
        let blocks = try KVBlockManager.of(node)
        for move in KVMove.allCases { blocks.moved(move, blocks: 2, bytes: 10) }
        blocks.matched(tokens: 64)
        blocks.failed(reading: 1)
        blocks.failed(writing: 3)
        let text = page(of: node)
        for name in [
            "offload_blocks_d2h", "offload_blocks_h2d", "offload_blocks_d2d", "offload_blocks_d2o",
            "onboard_blocks_h2d", "onboard_blocks_d2d", "onboard_blocks_o2d",
        ] {
            #expect(text.contains("kvbm_\(name){worker_id=\"1\"} 2\n"))
        }
        #expect(text.contains("kvbm_matched_tokens{worker_id=\"1\"} 64\n"))
        #expect(text.contains("kvbm_offload_bytes_object{worker_id=\"1\"} 10\n"))
        #expect(text.contains("kvbm_onboard_bytes_object{worker_id=\"1\"} 10\n"))
        #expect(text.contains("kvbm_object_write_failures{worker_id=\"1\"} 3\n"))
    }

    @Test("a hit rate is that of the last 1024 look-ups, between 0 and 1")
    func slides() throws {
        let node = try Node(connectionID: 1)
        let blocks = try KVBlockManager.of(node)
        blocks.lookedUp(.host, blocks: 4, hits: 1)
        #expect(value(#"kvbm_host_cache_hit_rate{worker_id="1"}"#, of: node) == 0.25)
        blocks.lookedUp(.host, blocks: 0, hits: 9)
        blocks.lookedUp(.host, blocks: 4, hits: 9)
        #expect(value(#"kvbm_host_cache_hit_rate{worker_id="1"}"#, of: node) == 0.625)
        for _ in 0..<1024 { blocks.lookedUp(.host, blocks: 1, hits: 1) }
        #expect(value(#"kvbm_host_cache_hit_rate{worker_id="1"}"#, of: node) == 1)
        #expect(value(#"kvbm_disk_cache_hit_rate{worker_id="1"}"#, of: node) == 0)
    }

    @Test("process_* tells of this process, when asked to")
    func tellsOfTheProcess() throws {
        let node = try Node(connectionID: 1)
        #expect(!page(of: node).contains("process_"))
        node.runtime.showProcess()
        for name in ["cpu_seconds_total", "open_fds", "max_fds", "virtual_memory_bytes", "resident_memory_bytes"] {
            #expect((value("process_\(name){worker_id=\"1\"}", of: node) ?? 0) > 0)
        }
        let started = try #require(value(#"process_start_time_seconds{worker_id="1"}"#, of: node))
        #expect(started > wallClock() - 86_400 && started <= wallClock() + 1)
    }

    @Test("a family that a source brings is left to the source")
    func withdraws() throws {
        let node = try Node(connectionID: 1)
        node.runtime.showProcess()
        let source = node.registerText(SourceOptions(added: .nothing)) { () throws(SourceFailure) in
            Text("# TYPE process_open_fds gauge\nprocess_open_fds 7\n")
        }
        #expect(value("process_open_fds", of: node) == 7)
        #expect(value(#"process_open_fds{worker_id="1"}"#, of: node) == nil)
        #expect(value(#"process_max_fds{worker_id="1"}"#, of: node) != nil)
        source.close()
        #expect(value(#"process_open_fds{worker_id="1"}"#, of: node) != nil)
    }
}
