// The pages of a runtime inside an HTTP server that a program has already.
#ifndef DYNMETRICS_MOUNTING_HPP
#define DYNMETRICS_MOUNTING_HPP

#include "node.hpp"

DYNMETRICS_BEGIN

/// An answer; Date, Connection and the like are the server's to add.
struct Response {
    int32_t status = 0;
    Labels headers = {};
    /// Empty for HEAD, whose Content-Length is that of GET.
    std::string body = {};
};

/// Answers requests as a Server would. Any thread, several at a time.
class Mount : public detail::Owned<dynm_mount, dynm_mount_free> {
public:
    using Owned::Owned;
    /// The answer to `method` ("GET") of `target`, which is what stands behind the place where the pages are mounted, with its
    /// query ("", "/", "/health", "/?name[]=up"). Waits for the scrape: not on an event loop.
    Response answer(std::string_view method, std::string_view target, const LabelList &headers = {}) const {
        Response taken;
        const detail::Text c_method(method), c_target(target);
        if (!detail::check_text(c_method.is_good() && c_target.is_good() && headers.is_good())) return {};
        dynm_request request{};
        request.struct_size = sizeof request;
        request.method = c_method.get();
        request.target = c_target.get();
        request.headers = headers.data();
        request.header_count = headers.size();
        const auto take = [](const dynm_response *response, void *payload) -> dynm_status {
            return detail::guarded([&] {
                Response &to = *static_cast<Response *>(payload);
                to.status = response->status;
                for (size_t index = 0; index < response->header_count; index++) {
                    to.headers.emplace_back(response->headers[index].name, response->headers[index].value);
                }
                if (response->body_length > 0) to.body.assign(response->body, response->body_length);
                return DYNM_OK;
            });
        };
        detail::check(dynm_mount_answer(get(), &request, take, &taken));
        return taken;
    }
};

/// The pages of a runtime; the mount keeps it. Starts nothing.
inline Mount create_mount(const Node &root) {
    dynm_mount *out = nullptr;
    detail::check(dynm_mount_create(root.get(), &out));
    return Mount(out);
}

DYNMETRICS_END

#endif // DYNMETRICS_MOUNTING_HPP
