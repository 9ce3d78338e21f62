set multiplot layout 1, 2
file = tables.'coverage.tsv'
array names = ['mean of normal numbers', 'mean of exponential numbers', 'mean alignment just below P*', \
  'exponent of P*, two layers', 'exponent of P*, three layers', 'exponent of the number of specialists', \
  'largest deviation of P* from a power law', 'P* at one d, two layers', 'spread of P*/d, two layers']
array colours = [black, grey, blue, vermilion, orange, green, purple, sky, black]
set lmargin 9
set rmargin 2
set xlabel 'data sets'
set xrange [5:26]
set xtics (6, 8, 12, 16, 24)
set yrange [0.6:1.01]
set format y '%.2f'
set arrow 1 from 5, 0.95 to 26, 0.95 nohead lw 1.2 lc rgb black back
shifted(n, i) = n + 0.15 * (i - 5)
only(value, i) = column('place') == i ? value : NaN
set ylabel 'share of intervals that hold the truth'
set title 'quantiles of resamples'
set key bottom right font ',11' samplen 1 spacing 1
plot \
  for [i = 1:4] file using (shifted(column('datasets'), i)):(only(column('quantiles'), i)):'quantiles_error' \
    with yerrorbars pt i + 3 ps 0.8 lc rgb colours[i] title names[i], \
  for [i = 5:9] file using (shifted(column('datasets'), i)):(only(column('quantiles'), i)):'quantiles_error' \
    with yerrorbars pt i + 3 ps 0.8 lc rgb colours[i] notitle
unset ylabel
set title 'stretched, as in all figures'
plot \
  for [i = 1:4] file using (shifted(column('datasets'), i)):(only(column('held'), i)):'held_error' \
    with yerrorbars pt i + 3 ps 0.8 lc rgb colours[i] notitle, \
  for [i = 5:9] file using (shifted(column('datasets'), i)):(only(column('held'), i)):'held_error' \
    with yerrorbars pt i + 3 ps 0.8 lc rgb colours[i] title names[i]
unset multiplot
