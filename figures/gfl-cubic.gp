set multiplot layout 1, 3
set lmargin 8
set rmargin 1
file = tables.'gfl-cubic.tsv'
single = tables.'gfl-cubic-datasets.tsv'
stats file using 'samples_per_dimension' nooutput
set xrange [STATS_min - 2:STATS_max + 2]
set xlabel 'P/d'
set key top left reverse Left font ',11' samplen 1.5
set ylabel 'alignment A' offset 1
set yrange [0:0.6]
plot \
  for [k=0:datasets-1] single using (column('dataset') == k ? column('samples_per_dimension') : NaN):'equations' \
    with lines lw 0.5 lc rgb vermilion notitle, \
  for [k=0:datasets-1] single using (column('dataset') == k ? column('samples_per_dimension') : NaN):'alignment' \
    with lines lw 0.5 lc rgb blue notitle, \
  file using 'samples_per_dimension':'alignment_equations' with lines lw 2.5 lc rgb vermilion \
    title 'equations, nothing fitted', \
  file using 'samples_per_dimension':'alignment_lazy' with lines lw 2 dt 4 lc rgb grey title 'lazy', \
  file using 'samples_per_dimension':'alignment':'alignment_error' with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'samples_per_dimension':'alignment':(mark(column('certified'))) with points pt variable \
    lc rgb blue notitle, \
  keyentry with points pt 7 lc rgb blue title 'sampled, N_1 = N_2 = d = 8', \
  keyentry with points pt 6 lc rgb blue title 'where a data set is not certified'
set key off
set ylabel 'D_1 = d E w_1^2/σ_w^2' offset 1
set yrange [1:4]
plot \
  file using 'samples_per_dimension':'first_equations' with lines lw 2.5 lc rgb vermilion, \
  file using 'samples_per_dimension':'first':'first_error' with yerrorbars pt -1 lc rgb blue, \
  file using 'samples_per_dimension':'first':(mark(column('certified'))) with points pt variable lc rgb blue
set ylabel 'D_2 = y^TKy over its lazy value' offset 1
set yrange [1:9]
plot \
  file using 'samples_per_dimension':'second_equations' with lines lw 2.5 lc rgb vermilion, \
  file using 'samples_per_dimension':'second':'second_error' with yerrorbars pt -1 lc rgb blue, \
  file using 'samples_per_dimension':'second':(mark(column('certified'))) with points pt variable lc rgb blue
unset multiplot
