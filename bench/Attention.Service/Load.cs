using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Attention.Service;

/// <summary>What came of a load.</summary>
internal sealed class Outcome
{
    private readonly ConcurrentBag<double> _milliseconds = [];
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private long _texts, _tokens, _different;

    /// <summary>How many there were of each status, or of each kind of exception.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    public double Seconds { get; set; }

    public double RequestsPerSecond => _milliseconds.Count / Seconds;

    public double TextsPerSecond => _texts / Seconds;

    public double TokensPerSecond => _tokens / Seconds;

    /// <summary>Vectors that had other bits than their texts had alone.</summary>
    public long Different => _different;

    public void Take(double milliseconds, int texts, int tokens, int different)
    {
        _milliseconds.Add(milliseconds);
        Interlocked.Add(ref _texts, texts);
        Interlocked.Add(ref _tokens, tokens);
        Interlocked.Add(ref _different, different);
        Count("200");
    }

    public void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    public double Quantile(double share)
    {
        double[] sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}

/// <summary>Requests to a service, in a closed loop or at a rate.</summary>
/// <param name="service">The service.</param>
/// <param name="asked">The requests, one after the other, over and over.</param>
internal sealed class Load(Contender service, Asked[] asked)
{
    private readonly string?[] _alone = new string?[Texts.All.Length];
    private int _next = -1;

    /// <summary>Remembers what each text has when it is asked for alone.</summary>
    public async Task RememberAsync(IEnumerable<int> texts)
    {
        foreach (int text in texts) await SendAsync(Texts.Ask(text), new Outcome(), remembers: true);
    }

    /// <summary>So many callers, each of whom asks again once it is answered; until the time is over or so many requests are answered.</summary>
    public async Task<Outcome> ClosedAsync(int callers, TimeSpan time, int most = int.MaxValue)
    {
        var outcome = new Outcome();
        int left = most;
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(began) < time && Interlocked.Decrement(ref left) >= 0) await SendAsync(Next(), outcome);
        }));
        outcome.Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return outcome;
    }

    /// <summary>Requests that come at random times, so many a second, whether others are answered or not.</summary>
    public async Task<Outcome> OpenAsync(double perSecond, TimeSpan time)
    {
        var outcome = new Outcome();
        var random = new Random(11);
        var sent = new List<Task>();
        long began = Stopwatch.GetTimestamp();
        double due = 0;
        while (due < time.TotalSeconds)
        {
            due -= Math.Log(1 - random.NextDouble()) / perSecond;
            while (Stopwatch.GetElapsedTime(began).TotalSeconds is var now && now < due)
            {
                if (due - now > 0.002) await Task.Delay(1);
                else await Task.Yield();
            }
            sent.Add(SendAsync(Next(), outcome));
        }
        await Task.WhenAll(sent);
        outcome.Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return outcome;
    }

    private Asked Next() => asked[(int)((uint)Interlocked.Increment(ref _next) % (uint)asked.Length)];

    private async Task SendAsync(Asked request, Outcome outcome, bool remembers = false)
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            using var content = new ByteArrayContent(request.Body) { Headers = { ContentType = new("application/json") } };
            using HttpResponseMessage answer = await service.Http.PostAsync("v1/embeddings", content);
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            if (!answer.IsSuccessStatusCode)
            {
                outcome.Count(((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture) + (answer.Headers.RetryAfter is null ? " without Retry-After" : ""));
                return;
            }
            double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            using JsonDocument document = JsonDocument.Parse(body);
            int different = 0;
            foreach (JsonElement item in document.RootElement.GetProperty("data").EnumerateArray())
            {
                int text = request.Texts[item.GetProperty("index").GetInt32()];
                if (remembers) _alone[text] = item.GetProperty("embedding").GetString();
                else if (_alone[text] is string alone && !item.GetProperty("embedding").ValueEquals(alone)) different++;
            }
            outcome.Take(took, request.Texts.Length, document.RootElement.GetProperty("usage").GetProperty("total_tokens").GetInt32(), different);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            outcome.Count(e.GetType().Name);
        }
    }
}
