using System.Text;
using System.Text.Json;
using Attention.Tool.Hub;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class PullTests : IDisposable
{
    private const string Name = "owner/model";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub = new();
    private readonly byte[] _weights = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 / 3))];

    public PullTests()
    {
        _hub.Files["model.safetensors"] = _weights;
        _hub.Files["config.json"] = "{}"u8.ToArray();
        _hub.Files["1_Pooling/config.json"] = "{ }"u8.ToArray();
        _hub.Files["README.md"] = "no"u8.ToArray();
        Set(_hub.Endpoint, offline: null, token: "secret");
    }

    private string Repository => _folder["cache/models--owner--model"];

    private string Blob => Path.Combine(Repository, "blobs", FakeHub.ShaOf(_weights));

    private string Snapshot => Path.Combine(Repository, "snapshots", FakeHub.Commit);

    public void Dispose()
    {
        Set(null, null, null);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", null);
        _hub.Dispose();
        _folder.Dispose();
    }

    private void Set(string? endpoint, string? offline, string? token)
    {
        Environment.SetEnvironmentVariable("HF_ENDPOINT", endpoint);
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", offline);
        Environment.SetEnvironmentVariable("HF_TOKEN", token);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", _folder["cache"]);
    }

    /// <summary>Pulls without waiting between attempts.</summary>
    private Task<Pulled> PullAsync(string revision = "main", Action<string, string>? link = null) =>
        new HubPull(HubSettings.OfEnvironment(), Name, revision) { Link = link, Pause = TimeSpan.Zero }.RunAsync([], (_, _, _) => { }, TestContext.Current.CancellationToken);

    private void AssertWhole() => Assert.Equal(_weights, File.ReadAllBytes(Path.Combine(Snapshot, "model.safetensors")));

    private Asked[] Gets() => [.. _hub.Requests.Where(asked => asked.Method == "GET" && asked.Path.EndsWith("model.safetensors", StringComparison.Ordinal))];

    private void Begin(byte[] unfinished)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", unfinished);
    }

    [Fact]
    public async Task Files_come_into_the_layout_that_other_tools_have()
    {
        Ran ran = await Ran.Of("pull", Name);
        Assert.Equal((Cli.Done, Snapshot + "\n"), (ran.Code, ran.Output));
        Assert.Equal($"3 files, 300 KB, 3 of them fetched; commit {FakeHub.Commit}\n", ran.Error);
        AssertWhole();
        Assert.Equal("../../blobs/" + FakeHub.ShaOf(_weights), new FileInfo(Path.Combine(Snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal("../../../blobs/" + FakeHub.GitOf("{ }"u8.ToArray()), new FileInfo(Path.Combine(Snapshot, "1_Pooling/config.json")).LinkTarget);
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Repository, "refs", "main")));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(Repository, "blobs")).Length);
        Assert.False(File.Exists(Path.Combine(Snapshot, "README.md")));

        JsonElement again = await Ran.Json("pull", Name);
        Assert.All(again.GetProperty("files").EnumerateArray(), file => Assert.False(file.GetProperty("fetched").GetBoolean()));
        Assert.Single(Gets());
        Assert.All(_hub.Requests, asked => Assert.Equal("Bearer secret", asked.Token));
    }

    /// <summary>From a name to an embedding, links and all.</summary>
    [Fact]
    public async Task What_was_pulled_can_be_scaffolded_and_run()
    {
        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, """{"model_type": "bert", "num_attention_heads": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}""");
        _hub.Files["model.safetensors"] = File.ReadAllBytes(_folder["model.safetensors"]);
        _hub.Files["config.json"] = File.ReadAllBytes(_folder["config.json"]);
        _hub.Files["1_Pooling/config.json"] = Encoding.UTF8.GetBytes("""{"pooling_mode_mean_tokens": true}""");
        _hub.Files["modules.json"] = Encoding.UTF8.GetBytes("""[{"type": "sentence_transformers.models.Normalize"}]""");
        string folder = (await Ran.Json("pull", Name)).GetProperty("folder").GetString()!;
        Assert.EndsWith("public sealed partial class Model;\n", (await Ran.Of("scaffold", folder)).Output);
        Golden.AssertNear(golden.Floats("0.embedding"), Golden.Values(await Ran.Json("run", folder, "--tokens", golden.Ids("0.token_ids"))));
    }

    [Fact]
    public async Task What_was_begun_goes_on()
    {
        Begin(_weights[..100_000]);
        await PullAsync();
        Assert.Equal("bytes=100000-", Assert.Single(Gets()).Range);
        AssertWhole();
        Assert.False(File.Exists(Blob + ".incomplete"));
    }

    [Fact]
    public async Task A_server_may_send_all_though_asked_for_the_rest()
    {
        Begin(_weights[..100_000]);
        _hub.Fault = (asked, response) =>
        {
            if (asked.Range is null)
                return false;
            FakeHub.Send(response, _weights);
            return true;
        };
        await PullAsync();
        AssertWhole();
    }

    [Fact]
    public async Task A_server_may_send_another_part_than_asked_for()
    {
        Begin(_weights[..100_000]);
        _hub.Fault = (asked, response) =>
        {
            if (asked.Range is null)
                return false;
            FakeHub.SendFrom(response, _weights, 50_000);
            return true;
        };
        await PullAsync();
        AssertWhole();
        Assert.Equal(["bytes=100000-", null], Gets().Select(asked => asked.Range));
    }

    [Fact]
    public async Task What_was_begun_wrongly_is_fetched_again()
    {
        Begin(new byte[100_000]);
        await PullAsync();
        AssertWhole();

        File.Delete(Blob);
        Begin(new byte[_weights.Length]);
        await PullAsync();
        AssertWhole();

        File.Delete(Blob);
        Begin(new byte[_weights.Length + 1]);
        await PullAsync();
        AssertWhole();
    }

    [Fact]
    public async Task A_connection_that_ends_is_taken_up()
    {
        int ended = 0;
        _hub.Fault = (asked, response) =>
        {
            if (asked.Method != "GET" || !asked.Path.EndsWith(".safetensors", StringComparison.Ordinal) || ended == 2)
                return false;
            int from = ended++ * 100_000;
            response.StatusCode = from == 0 ? 200 : 206;
            if (from > 0)
                response.Headers["Content-Range"] = $"bytes {from}-{_weights.Length - 1}/{_weights.Length}";
            response.ContentLength64 = _weights.Length - from;
            response.OutputStream.Write(_weights, from, 100_000);
            response.OutputStream.Flush();
            Thread.Sleep(50);
            response.Abort();
            return true;
        };
        await PullAsync();
        AssertWhole();
        Assert.Equal([null, "bytes=100000-", "bytes=200000-"], Gets().Select(asked => asked.Range));
    }

    [Fact]
    public async Task A_tag_that_changes_is_not_mixed_with_what_was_begun()
    {
        Begin(_weights[..100_000]);
        bool isChanged = true;
        _hub.Fault = (asked, response) =>
        {
            if (asked.Method != "GET" || !asked.Path.EndsWith(".safetensors", StringComparison.Ordinal) || !isChanged)
                return false;
            isChanged = false;
            response.Headers["X-Linked-ETag"] = "\"another\"";
            FakeHub.Send(response, new byte[_weights.Length], asked);
            return true;
        };
        await PullAsync();
        AssertWhole();

        File.Delete(Blob);
        _hub.Fault = (asked, response) =>
        {
            if (asked.Method != "GET" || !asked.Path.EndsWith(".safetensors", StringComparison.Ordinal))
                return false;
            response.Headers["X-Linked-ETag"] = "\"another\"";
            FakeHub.Send(response, new byte[_weights.Length], asked);
            return true;
        };
        Assert.Contains("the file has become another one, another instead of", (await Assert.ThrowsAsync<ToolException>(() => PullAsync())).Message);
        Assert.False(File.Exists(Blob));
    }

    [Fact]
    public async Task Content_that_is_not_what_its_checksum_says_is_not_kept()
    {
        _hub.Fault = (asked, response) =>
        {
            if (asked.Method != "GET" || !asked.Path.EndsWith(".safetensors", StringComparison.Ordinal))
                return false;
            FakeHub.Send(response, new byte[_weights.Length], asked);
            return true;
        };
        Assert.Contains($"expected content with the checksum {FakeHub.ShaOf(_weights)}, found other content twice", (await Assert.ThrowsAsync<ToolException>(() => PullAsync())).Message);
        Assert.False(File.Exists(Blob));
        Assert.False(File.Exists(Blob + ".incomplete"));
        Assert.False(File.Exists(Path.Combine(Repository, "refs", "main")));
    }

    [Fact]
    public async Task Another_origin_does_not_see_the_token()
    {
        using var other = new FakeHub();
        other.Files["model.safetensors"] = _weights;
        _hub.Elsewhere = other.Endpoint;
        await PullAsync();
        AssertWhole();
        Assert.Contains(_hub.Requests, asked => asked.Token == "Bearer secret");
        Assert.NotEmpty(other.Requests);
        Assert.All(other.Requests, asked => Assert.Null(asked.Token));
    }

    [Fact]
    public async Task Redirects_without_an_end_have_one()
    {
        _hub.Fault = (asked, response) =>
        {
            response.StatusCode = 302;
            response.RedirectLocation = _hub.Endpoint + asked.Path + "x";
            return true;
        };
        Assert.Contains("redirects without an end", (await Assert.ThrowsAsync<ToolException>(() => PullAsync())).Message);
    }

    [Fact]
    public async Task Without_links_files_stand_in_the_tree_themselves()
    {
        static void None(string path, string target) => throw new UnauthorizedAccessException("no links");
        await PullAsync(link: None);
        AssertWhole();
        Assert.Null(new FileInfo(Path.Combine(Snapshot, "model.safetensors")).LinkTarget);
        Assert.All((await PullAsync(link: None)).Files, file => Assert.False(file.IsNew));
        Assert.Single(Gets());
    }

    [Fact]
    public async Task A_cache_without_a_network_has_what_was_pulled()
    {
        await PullAsync();
        File.WriteAllText(Path.Combine(Repository, "refs", "main"), FakeHub.Commit + "\n");
        int asked = _hub.Requests.Count;
        Set(_hub.Endpoint, offline: "1", token: null);
        Assert.Equal(Snapshot, (await PullAsync()).Folder);
        Assert.Equal(3, (await PullAsync(FakeHub.Commit)).Files.Count);
        Assert.Contains("expected revision 'other'", await Ran.Failure("pull", Name, "--revision", "other"));
        Assert.Contains("found none, and HF_HUB_OFFLINE is set; pull it once with a network", await Ran.Failure("pull", "owner/none"));
        Assert.Equal(asked, _hub.Requests.Count);
    }

    /// <summary>A commit has no ref, neither afterwards nor before.</summary>
    [Fact]
    public async Task A_commit_needs_no_ref()
    {
        await PullAsync(FakeHub.Commit);
        AssertWhole();
        Assert.False(Directory.Exists(Path.Combine(Repository, "refs")) && Directory.EnumerateFiles(Path.Combine(Repository, "refs")).Any());
        Set(_hub.Endpoint, offline: "true", token: null);
        Assert.Equal(Snapshot, (await PullAsync(FakeHub.Commit)).Folder);
    }

    [Fact]
    public async Task A_revision_may_have_slashes()
    {
        await PullAsync("refs/pr/1");
        Assert.Equal(FakeHub.Commit, File.ReadAllText(Path.Combine(Repository, "refs", "refs", "pr", "1")));
    }

    [Theory]
    [InlineData("../../../escaped.json")]
    [InlineData("/tmp/escaped.json")]
    [InlineData("a/../../escaped.json")]
    [InlineData("..\\escaped.json")]
    [InlineData("C:escaped.json")]
    [InlineData("escaped\n.json")]
    public async Task A_name_that_leads_outside_is_refused(string name)
    {
        _hub.Listed.Add(name);
        Assert.Contains("which leads outside; nothing is written", await Ran.Failure("pull", Name));
        Assert.False(Directory.Exists(Repository));
    }

    [Fact]
    public async Task A_commit_and_a_checksum_that_lead_outside_are_refused()
    {
        _hub.Sha = "../../../escaped";
        Assert.Contains("expected a commit of 40 hexadecimal digits, found '../../../escaped'; nothing is written", await Ran.Failure("pull", Name));
        _hub.Sha = FakeHub.Commit;
        _hub.Fault = (asked, response) =>
        {
            if (asked.Method != "HEAD")
                return false;
            response.Headers["ETag"] = "\"../../escaped\"";
            return true;
        };
        Assert.Contains("expected an ETag that can name a file, found '../../escaped'; nothing is written", await Ran.Failure("pull", Name));
        Assert.Contains("expected the name of a repository, as owner/name", await Ran.Failure("pull", "../x"));
        Assert.Contains("expected the name of a repository, as owner/name", await Ran.Failure("pull", "a/b/c"));
        Assert.Contains("expected a branch, a tag or a commit", await Ran.Failure("pull", Name, "--revision", "../x"));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"sha": 1, "siblings": []}""")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": {}}""")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [null]}""")]
    [InlineData("""{"sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{"rfilename": null}]}""")]
    public async Task A_list_that_is_none_is_one_line(string json)
    {
        _hub.Fault = (_, response) =>
        {
            FakeHub.Send(response, Encoding.UTF8.GetBytes(json));
            return true;
        };
        Assert.Matches("see that HF_ENDPOINT is a Hugging Face server|nothing is written", await Ran.Failure("pull", Name));
    }

    [Theory]
    [InlineData(401, null, "look at its name, and set HF_TOKEN for a private one")]
    [InlineData(404, null, "look at its name, and set HF_TOKEN for a private one")]
    [InlineData(403, "GatedRepo", "its owners ask for consent first")]
    [InlineData(404, "RevisionNotFound", "expected a revision 'main', found none")]
    [InlineData(429, null, "too many requests")]
    [InlineData(500, null, "try again later")]
    public async Task What_the_server_refuses_is_one_line(int status, string? code, string message)
    {
        _hub.Fault = (_, response) =>
        {
            response.StatusCode = status;
            if (code is not null)
                response.Headers["X-Error-Code"] = code;
            return true;
        };
        Assert.Contains(message, await Ran.Failure("pull", Name));
    }

    [Fact]
    public async Task Without_a_network_it_says_so()
    {
        await PullAsync();
        _hub.Dispose();
        string message = await Ran.Failure("pull", Name);
        Assert.Contains("127.0.0.1 cannot be reached, so there is no network or HF_ENDPOINT is wrong", message);
        Assert.Contains($"the cache has commit {FakeHub.Commit} of it, which HF_HUB_OFFLINE=1 takes", message);
        Set("nonsense", null, null);
        Assert.Contains("HF_ENDPOINT is 'nonsense'; expected an address that begins with https://", await Ran.Failure("pull", Name));
    }

    [Fact]
    public async Task Files_are_chosen_by_patterns()
    {
        JsonElement answer = await Ran.Json("pull", Name, "--include", "*.md", "--include", "1_*");
        Assert.Equal(["1_Pooling/config.json", "README.md"], answer.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        Assert.Contains("it has no safetensors file", answer.GetProperty("notes")[0].GetString());
        Assert.Contains("expected files *.bin, found", await Ran.Failure("pull", Name, "--include", "*.bin"));
    }
}
