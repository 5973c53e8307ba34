using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Attention.Tool.Hub;

/// <summary>Fetches the content of a file into the cache, goes on where it has stopped, and sees that it is what was meant.</summary>
internal sealed class HubDownload(HubClient client, HubCache cache, string commit)
{
    private const int Attempts = 5;

    /// <summary>How long is waited before the second attempt; twice as long before each further one.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Fetches a file.</summary>
    /// <param name="file">The file as the server describes it.</param>
    /// <param name="progress">Is told how many bytes there are.</param>
    /// <param name="cancellation">Ends it; what has come stays for the next time.</param>
    /// <exception cref="ToolException">It cannot be had, or is not what was meant.</exception>
    public async Task FetchAsync(HubFile file, Action<long> progress, CancellationToken cancellation)
    {
        string blob = cache.BlobOf(file.Checksum), unfinished = blob + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        bool isRepeated = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(file, unfinished, progress, cancellation);
                if (await IsMeantAsync(file, unfinished, cancellation))
                {
                    File.Move(unfinished, blob, overwrite: true);
                    return;
                }

                // What was there before may have been wrong: once more from the beginning.
                File.Delete(unfinished);
                if (isRepeated)
                    throw new ToolException($"{file.Name}: expected content with the checksum {file.Checksum}, found other content twice; the server or something on the way changes it.");
                isRepeated = true;
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException or TransientException && !cancellation.IsCancellationRequested)
            {
                if (attempt == Attempts)
                    throw new ToolException($"{file.Name}: the server has not sent it in {Attempts} attempts: {e.Message} What has come is kept; try again to go on.", e);
                await Task.Delay(Pause * Math.Pow(2, attempt - 1), cancellation);
            }
        }
    }

    private async Task AppendAsync(HubFile file, string unfinished, Action<long> progress, CancellationToken cancellation)
    {
        using FileStream target = Open(unfinished);
        if (target.Length > file.Bytes)
            target.SetLength(0);
        if (target.Length > 0 && target.Length == file.Bytes)
            return;
        using HttpResponseMessage response = await client.GetAsync(commit, file.Name, target.Length, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            target.SetLength(0);
            throw new TransientException("it has less than what came before.");
        }

        if ((int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new TransientException($"it answers {(int)response.StatusCode}.");
        await client.EnsureAsync(response, commit, cancellation);
        if (client.OwnTagOf(response) is string tag && tag != file.Checksum)
        {
            target.SetLength(0);
            throw new TransientException($"the file has become another one, {tag} instead of {file.Checksum}.");
        }

        // A server may send all of it, or another part, though it was asked for the rest.
        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            target.SetLength(0);
        }
        else if (response.Content.Headers.ContentRange?.From != target.Length)
        {
            target.SetLength(0);
            throw new TransientException("it has sent another part than it was asked for.");
        }

        target.Position = target.Length;
        using Stream content = await response.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[1 << 17];
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (target.Length + read > file.Bytes)
            {
                target.SetLength(0);
                throw new TransientException($"it has sent more than the {file.Bytes} bytes that it told.");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress(target.Length);
        }

        if (target.Length < file.Bytes)
            throw new TransientException($"it has stopped after {target.Length} of {file.Bytes} bytes.");
    }

    private static FileStream Open(string unfinished)
    {
        try
        {
            return new FileStream(unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(unfinished))
        {
            throw new ToolException($"{unfinished}: another process is fetching it; wait for that.", e);
        }
    }

    /// <summary>Whether content is what its checksum says: of large files their SHA-256, of others the SHA-1 by which git knows them.</summary>
    private static async Task<bool> IsMeantAsync(HubFile file, string path, CancellationToken cancellation)
    {
        using FileStream content = File.OpenRead(path);
        if (file.Bytes is long bytes && content.Length != bytes)
            return false;
        if (!file.Checksum.All(char.IsAsciiHexDigitLower) || file.Checksum.Length is not (64 or 40))
            return true; // another server's tag
        using var hash = IncrementalHash.CreateHash(file.Checksum.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (file.Checksum.Length == 40)
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        byte[] buffer = new byte[1 << 17];
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == file.Checksum;
    }

    /// <summary>Something that may be better the next time.</summary>
    private sealed class TransientException(string message) : Exception(message);
}
